# find_package(yourgpt CONFIG) defines yourgpt::shared, yourgpt::static, and yourgpt::yourgpt, which is
# the first of the two that is installed.

# This file is in share/cmake/yourgpt.
get_filename_component(_yourgpt_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
# Another prefix may have been chosen since the last run.
unset(yourgpt_INCLUDE_DIR CACHE)
unset(yourgpt_SHARED_LIBRARY CACHE)
unset(yourgpt_STATIC_LIBRARY CACHE)
find_path(yourgpt_INCLUDE_DIR yourgpt.h HINTS "${_yourgpt_prefix}/include" NO_DEFAULT_PATH)
set(_yourgpt_dirs "${_yourgpt_prefix}/lib" "${_yourgpt_prefix}/lib64"
    "${_yourgpt_prefix}/lib/${CMAKE_LIBRARY_ARCHITECTURE}")
find_library(yourgpt_SHARED_LIBRARY
    NAMES libyourgpt.so libyourgpt.dylib yourgpt.dll.lib libyourgpt.dll.a
    HINTS ${_yourgpt_dirs} NO_DEFAULT_PATH)
find_library(yourgpt_STATIC_LIBRARY
    NAMES libyourgpt.a yourgpt.lib HINTS ${_yourgpt_dirs} NO_DEFAULT_PATH)

foreach(_yourgpt_kind shared static)
    string(TOUPPER "${_yourgpt_kind}_LIBRARY" _yourgpt_variable)
    set(_yourgpt_file "${yourgpt_${_yourgpt_variable}}")
    if(_yourgpt_file AND yourgpt_INCLUDE_DIR AND NOT TARGET "yourgpt::${_yourgpt_kind}")
        # UNKNOWN, because the imported library of Windows is another file than the library.
        add_library("yourgpt::${_yourgpt_kind}" UNKNOWN IMPORTED)
        set_target_properties("yourgpt::${_yourgpt_kind}" PROPERTIES
            IMPORTED_LOCATION "${_yourgpt_file}"
            INTERFACE_INCLUDE_DIRECTORIES "${yourgpt_INCLUDE_DIR}")
        if(NOT TARGET yourgpt::yourgpt)
            add_library(yourgpt::yourgpt INTERFACE IMPORTED)
            set_target_properties(yourgpt::yourgpt PROPERTIES
                INTERFACE_LINK_LIBRARIES "yourgpt::${_yourgpt_kind}")
        endif()
    endif()
endforeach()

# What the static library needs of the system: cargo rustc -- --print native-static-libs
if(TARGET yourgpt::static AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
    set_target_properties(yourgpt::static PROPERTIES
        INTERFACE_LINK_LIBRARIES "gcc_s;util;rt;pthread;m;dl;c")
endif()

if(TARGET yourgpt::yourgpt)
    set(yourgpt_FOUND TRUE)
else()
    set(yourgpt_FOUND FALSE)
    set(yourgpt_NOT_FOUND_MESSAGE "yourgpt.h or the library is not below ${_yourgpt_prefix}")
endif()
