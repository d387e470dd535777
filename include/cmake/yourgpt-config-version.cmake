# A version fits a request for the same major version that is not newer; before 1.0, for the same
# minor version.
set(PACKAGE_VERSION "0.1.0")

string(REGEX MATCH "^0\\.[0-9]+|^[0-9]+" _yourgpt_own "${PACKAGE_VERSION}")
string(REGEX MATCH "^0\\.[0-9]+|^[0-9]+" _yourgpt_wanted "${PACKAGE_FIND_VERSION}")
if(_yourgpt_own STREQUAL _yourgpt_wanted AND NOT PACKAGE_VERSION VERSION_LESS PACKAGE_FIND_VERSION)
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
if(PACKAGE_VERSION VERSION_EQUAL PACKAGE_FIND_VERSION)
    set(PACKAGE_VERSION_EXACT TRUE)
endif()
