/* yourgpt.h - the YourGPT API (https://yourgpt.ai) from C, C++ and everything that can call C.
 *
 * Every operation of the API goes through one function, yourgpt_call(): a JSON object goes in, the
 * service's JSON comes out. The library keeps connections open, and tries a failed call again if
 * that cannot do anything twice.
 *
 * A complete program, which opens a conversation:
 *
 *     #include <stdio.h>
 *     #include <stdlib.h>
 *     #include "yourgpt.h"
 *
 *     int main(void)
 *     {
 *         // For example {"api_key":"apk-...","widget_uid":"c0ffee11-..."}
 *         const char *config = getenv("YOURGPT_CONFIG");
 *         yourgpt_client *client;
 *         char *text;
 *         yourgpt_status status = yourgpt_client_new(config, &client, &text);
 *         if (status == YOURGPT_OK)
 *             status = yourgpt_call(client, YOURGPT_PROJECT, "createSession", NULL, &text);
 *         fprintf(status == YOURGPT_OK ? stdout : stderr, "%s\n",
 *                 text ? text : "the library failed");
 *         yourgpt_string_free(text);
 *         yourgpt_client_free(client);
 *         return status == YOURGPT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
 *     }
 *
 * examples/c/chat.c holds a whole conversation.
 *
 * Rules that hold for every function
 *
 *   Strings    They end with NUL and are UTF-8. A string that you pass in stays yours and is only
 *              read during the call. A string that comes out through a char ** is yours to free,
 *              with yourgpt_string_free() and nothing else.
 *   Outputs    Before it does anything else, a function sets each of its outputs to NULL, and a
 *              number to 0. So it is safe to free them afterwards, whatever the status is.
 *   NULL       NULL gives YOURGPT_INVALID_ARGUMENT if it is not allowed. So do invalid UTF-8 and
 *              invalid JSON. A pointer that is neither NULL nor valid cannot be detected. If an
 *              argument is marked YOURGPT_NONNULL, a compiler may assume that it is not NULL.
 *   Threads    Any thread may call any function, except that what frees a client, a walk or a
 *              conversation must wait until all calls with it have returned. Calls on one client
 *              run side by side.
 *   Unwinding  No Rust panic ever leaves a function: see YOURGPT_PANIC.
 *   fork()     A client, a walk or a conversation belongs to the process that made it. In a forked
 *              child the functions with a status give YOURGPT_INVALID_ARGUMENT, cancelling and
 *              listening do nothing, and freeing does not give the memory back. Make new clients
 *              there.
 *   Signals    The library installs no handler and blocks no signal. A handler may run on a thread
 *              in a call; the call goes on. No function may be called from a handler: let another
 *              thread call yourgpt_client_cancel(). A lost connection raises no SIGPIPE.
 *   Time       A call blocks its thread. By default it takes up to nine minutes: three attempts of
 *              120 s, and up to 60 s before each. The wait is longer if other calls of the client
 *              get 429 meanwhile. If the service refuses the JSON of an operation that can also go
 *              as a form (see body_format), the call may take three minutes more. Set deadline_ms
 *              to bound all of it. A server that takes a body of more than some 100 KB bit by bit
 *              can outlast timeout_ms and deadline_ms.
 *   Threads    A call runs on your thread. It starts one for each address that it connects to. That
 *    inside    ends within 2 s after the call has stopped connecting or, if nothing has answered for
 *              half of connect_timeout_ms, when connect_timeout_ms is over. A look-up of a name runs
 *              on a thread that ends when the name server answers. There are at most two at a time
 *              for one name and one yourgpt_client_new().
 *   dlclose()  It may be called, even while such a thread runs, if the library was linked with
 *              -z nodelete, as the documented ways to build it do: it stays in memory then.
 *   Secrets    A failure never contains the credential, even if the server repeats it.
 *
 * Needs C99 or C++11, with enums as wide as int (that is, without -fshort-enums).
 * include/yourgpt.hpp is for C++17, with exceptions.
 *
 * The ABI
 *
 *   The SONAME of the library is libyourgpt.so.0. It stays as long as a program that was linked to
 *   an older version works with a newer one. Without a new SONAME, a version may add functions,
 *   statuses, kinds, outcomes, members at the end of yourgpt_attempt, keys of the configuration and
 *   of the failure. It may not change or remove a function, a value, or the meaning of either; what
 *   a call sends, and when it is tried again, may follow the service. A function that is to go is
 *   first marked as deprecated, for a year at least. A test compares the exported symbols and the
 *   declarations below with a recorded list.
 */
#ifndef YOURGPT_H
#define YOURGPT_H

/* The version of this header; yourgpt_version() has that of the library. */
#define YOURGPT_VERSION "0.1.0"
#define YOURGPT_VERSION_MAJOR 0
#define YOURGPT_VERSION_MINOR 1
#define YOURGPT_VERSION_PATCH 0
#define YOURGPT_VERSION_NUM \
  (YOURGPT_VERSION_MAJOR * 1000000 + YOURGPT_VERSION_MINOR * 1000 + YOURGPT_VERSION_PATCH)

/* For the compiler: a warning if the result is not used, or if one of these arguments is NULL. */
#ifdef __GNUC__
#define YOURGPT_MUST_USE __attribute__((warn_unused_result))
#define YOURGPT_NONNULL(...) __attribute__((nonnull(__VA_ARGS__)))
#else
#define YOURGPT_MUST_USE
#define YOURGPT_NONNULL(...)
#endif
/* There is no macro for import from a DLL: only functions are exported, which work without one. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A credential, settings and connections. Your program only has pointers to it. */
typedef struct yourgpt_client yourgpt_client;

/* The part of the API that an operation belongs to. operations.md names it for each. */
typedef enum yourgpt_level {
  YOURGPT_PROJECT = 0,     /* /chatbot/v1: the operations of projects, such as sendMessage */
  YOURGPT_ORGANIZATION = 1 /* /api/v1: the organization and its members; needs an API token */
} yourgpt_level;

/* How a function ended. Later versions may add statuses: treat them as failures. */
typedef enum yourgpt_status {
  /* The function succeeded. */
  YOURGPT_OK = 0,

  /* An argument, the configuration or the body is wrong, and nothing was sent; or a walk has read
   * max_pages. */
  YOURGPT_INVALID_ARGUMENT = 1,

  /* The service, or a proxy in front of it, refused. */
  YOURGPT_API = 2,

  /* There was no connection, or it was lost or timed out before the response was complete; or the
   * call was not sent, because the wait after a 429 would last longer than deadline_ms; or the HTTP
   * library inside failed, for example because the system could not start a thread. The client can
   * be used again. */
  YOURGPT_TRANSPORT = 3,

  /* The response has status 2xx, but it is not what the API promises, not UTF-8, too long, or more
   * than 127 levels deep. */
  YOURGPT_DECODE = 4,

  /* The library itself failed, which is a bug in it. All outputs are NULL, and the reason is on
   * stderr. It is not known whether the request was processed. Clients can be used again. Free the
   * walk or the conversation that was used, because it may have lost its place. */
  YOURGPT_PANIC = 5,

  /* yourgpt_client_cancel() was called. */
  YOURGPT_CANCELLED = 6
} yourgpt_status;

/* The failure
 *
 * With every status except YOURGPT_OK and YOURGPT_PANIC comes a JSON object of these keys, to which
 * later versions may add some:
 *
 *   "status_code"              number or null: the HTTP status, if a response came
 *   "kind"                     string: what to do about it; one of
 *                                invalid_request  correct the arguments; nothing was sent
 *                                unauthorized     401: the credential is wrong or revoked
 *                                forbidden        403: the credential does not allow this, or a
 *                                                 firewall refused: service_message is then null
 *                                not_found        404: no such operation at this address, perhaps
 *                                                 because its name is misspelt; if a record is
 *                                                 missing, the service answers 400
 *                                rate_limited     429: wait, see retry_after_ms; attempts is 0 if
 *                                                 another call got it, see yourgpt_call()
 *                                unavailable      503: not available now
 *                                server           another 5xx
 *                                rejected         another 4xx, a redirect (never followed), or a
 *                                                 refusal that came with status 2xx
 *                                timeout          no response in time, or a gateway stopped
 *                                                 waiting for the service (408, 499)
 *                                connection       no connection, or it was lost
 *                                decode           the response cannot be read
 *                                cancelled        yourgpt_client_cancel() was called
 *                                too_many_pages   a walk has read as many pages as it may
 *   "message"                  string: for people; says what happened and what to do, also whether
 *                              to look at the service's state before repeating the call
 *   "operation"                string or null: null if the configuration, a pointer, the level,
 *                              the name, the session_uid or the position is refused, the text is
 *                              not UTF-8, or a client lacks what a conversation needs
 *   "may_have_been_processed"  true or false: false only if it is certain that nothing was done
 *   "is_safe_to_repeat"        true or false: whether making the same call again cannot do anything
 *                              twice, because nothing was done or because the operation is
 *                              repeatable; if it is false, look at the service's state before you
 *                              repeat a message, a phone call or an invitation
 *   "is_transient"             true or false: whether the same call may succeed later; it is true
 *                              if the table at yourgpt_call() says "yes, always" or "only a
 *                              repeatable operation"
 *   "retry_after_ms"           number or null: how long the service asked to wait
 *   "attempts"                 number: how many attempts were made; 0 if nothing was sent
 *   "errors"                   the errors in the response, usually an object with a member for each
 *                              wrong field, or null
 *   "service_message"          string or null: the message of the service itself; null if it sent
 *                              none, or if a proxy or a firewall refused instead
 *
 * A program without a JSON parser reads the parts with the functions yourgpt_failure_...().
 */

/* The "kind" of a failure as a number. Later versions may add kinds. */
typedef enum yourgpt_kind {
  YOURGPT_KIND_UNKNOWN = 0, /* there is no failure, or a newer library named the kind */
  YOURGPT_KIND_INVALID_REQUEST = 1,
  YOURGPT_KIND_UNAUTHORIZED = 2,
  YOURGPT_KIND_FORBIDDEN = 3,
  YOURGPT_KIND_NOT_FOUND = 4,
  YOURGPT_KIND_RATE_LIMITED = 5,
  YOURGPT_KIND_UNAVAILABLE = 6,
  YOURGPT_KIND_SERVER = 7,
  YOURGPT_KIND_REJECTED = 8,
  YOURGPT_KIND_TIMEOUT = 9,
  YOURGPT_KIND_CONNECTION = 10,
  YOURGPT_KIND_DECODE = 11,
  YOURGPT_KIND_CANCELLED = 12,
  YOURGPT_KIND_TOO_MANY_PAGES = 13
} yourgpt_kind;

/* The parts of a failure
 *
 *     if (yourgpt_failure_is_transient(text) && yourgpt_failure_is_safe_to_repeat(text))
 *         retry_in(yourgpt_failure_retry_after_ms(text)); // -1: as you like
 *
 * failure_json  The failure, as it came out of a function. Stays yours. For NULL, which comes with
 *               YOURGPT_PANIC, and for a text that is not a failure, each function returns what
 *               asks for the most care: it may have been processed, and is not safe to repeat.
 *
 * Any thread may call. No function fails.
 */
yourgpt_kind yourgpt_failure_kind(const char *failure_json);
int yourgpt_failure_status_code(const char *failure_json);             /* 0 if no response came */
int yourgpt_failure_may_have_been_processed(const char *failure_json); /* 1 or 0 */
int yourgpt_failure_is_safe_to_repeat(const char *failure_json);       /* 1 or 0 */
int yourgpt_failure_is_transient(const char *failure_json);            /* 1 or 0 */
int64_t yourgpt_failure_retry_after_ms(const char *failure_json);      /* -1 if not said */
int yourgpt_failure_attempts(const char *failure_json);

/* These two return a text that is yours: free it with yourgpt_string_free(). It is NULL if there is
 * none. */
YOURGPT_MUST_USE
char *yourgpt_failure_message(const char *failure_json);
YOURGPT_MUST_USE
char *yourgpt_failure_service_message(const char *failure_json);

/* Makes a client. Nothing is sent, so the service has not checked the credential yet.
 *
 * config_json  Must not be NULL. A JSON object of these keys. A key that is not listed or that
 *              comes twice is refused, and so are null and a value of another type.
 *
 *                "api_token"              an API token (api-v1-...): the whole organization
 *                "project_uid"            optional with api_token: goes into the body of every
 *                                         operation of the project level that takes it
 *                "api_key"                a project API key (apk-...): one project
 *                "widget_uid"             optional with api_key: goes into the bodies of
 *                                         createSession and sendMessage, which need it
 *                "base_url"               another host, as scheme://host[:port]; /chatbot/v1 and
 *                                         /api/v1 are appended
 *                "project_base_url"       the whole URL for one level, instead of base_url and
 *                "organization_base_url"  what is appended to it
 *                "timeout_ms"             how long one attempt may take; 120000 if not given
 *                "refusal_timeout_ms"     how long to wait for the rest of a refusal after its
 *                                         status has come; 5000 if not given
 *                "connect_timeout_ms"     how long connecting may take; 10000 if not given
 *                "deadline_ms"            how long a call may take with all its attempts and the
 *                                         delays between them; no limit if not given
 *                "max_retries"            how often a failed attempt is repeated; 2 if not given,
 *                                         0 for never
 *                "max_response_bytes"     the longest response to accept; 33554432 if not given
 *                "body_format"            how to send the body of createSession and sendMessage,
 *                                         and with a token that of getSessions and updateSession:
 *                                         "json", "form", or "json_or_form" (the default): JSON,
 *                                         and then a form if the service itself refuses the JSON
 *                "allow_http"             true allows plain http to other machines, which shows
 *                                         the credential to the network
 *                "proxy"                  the URL of a proxy, such as
 *                                         http://proxy.example.com:3128, or "none"; the environment
 *                                         is then not looked at
 *                "root_certificates_file" the path of a PEM file: the root certificates to trust
 *                                         instead of those that are built in; often your own after
 *                                         the system's, /etc/ssl/certs/ca-certificates.crt
 *                "user_agent_suffix"      goes after yourgpt/VERSION in the User-Agent, such as the
 *                                         name of your program
 *                "large_numbers_as_strings"  true puts quotes around each whole number in an answer
 *                                         that is above 2^53 - 1 or below its negative, which
 *                                         JavaScript, Lua and others round; the rest stays byte for
 *                                         byte
 *
 *              Exactly one of api_token and api_key is needed, and each takes only its own kind of
 *              credential. Numbers are whole; all except max_retries are above zero.
 *
 *              Without "proxy", the proxy comes from the first of the environment variables
 *              ALL_PROXY, HTTPS_PROXY and HTTP_PROXY (or the same in lower case) that has a value;
 *              one that cannot be used is refused. NO_PROXY lists the hosts that are called
 *              directly. A loopback address is never reached through a proxy.
 * client       Must not be NULL. Receives the client, which is yours: free it with
 *              yourgpt_client_free().
 * error_json   May be NULL. Receives the failure, if there is one, which is yours: free it with
 *              yourgpt_string_free().
 *
 * Returns YOURGPT_OK, YOURGPT_INVALID_ARGUMENT or YOURGPT_PANIC. Any thread may call.
 */
YOURGPT_MUST_USE
yourgpt_status yourgpt_client_new(const char *config_json, yourgpt_client **client,
                                  char **error_json) YOURGPT_NONNULL(2);

/* Makes a client that shares the connections of another, with other limits.
 *
 * Use one for a call that may take less time than others, or that something may cancel: a request
 * of your own users, a context of Go, a window. It costs no connection. Cancelling it leaves the
 * client that it comes from alone, and the other way round. Either may be freed first.
 *
 * client       Must not be NULL. Stays yours, and is not changed.
 * config_json  Must not be NULL. A JSON object of these keys. What is not given is as the client
 *              has it.
 *
 *                "timeout_ms"             as for yourgpt_client_new()
 *                "deadline_ms"            likewise
 *                "max_retries"            likewise
 *                "project_uid"            another project; for a client with api_token
 *                "widget_uid"             another widget; for a client with api_key
 *
 * other        Must not be NULL. Receives the new client, which is yours: free it with
 *              yourgpt_client_free().
 * error_json   May be NULL. Receives the failure, if there is one, which is yours: free it with
 *              yourgpt_string_free().
 *
 * Returns YOURGPT_OK, YOURGPT_INVALID_ARGUMENT or YOURGPT_PANIC. Any thread may call.
 */
YOURGPT_MUST_USE
yourgpt_status yourgpt_client_with(const yourgpt_client *client, const char *config_json,
                                   yourgpt_client **other, char **error_json) YOURGPT_NONNULL(3);

/* Calls an operation and waits until the call has ended.
 *
 * client       Must not be NULL. Stays yours, and is not changed by the call.
 * level        YOURGPT_PROJECT or YOURGPT_ORGANIZATION; any other number is refused.
 * operation    Must not be NULL. The API's name (operations.md has all), such as "sendMessage" or
 *              "copilot-sdk/createSession": letters, digits, - and _, with single slashes between,
 *              at most 200 bytes. Operations that are newer than this library work too.
 * body_json    A JSON object, or NULL for one without fields. It is sent byte for byte, with the
 *              client's project_uid or widget_uid added at the end, unless the body has it already.
 *              The service checks the fields; this library does not.
 * answer_json  May be NULL. Receives the answer or the failure, which is yours: free it with
 *              yourgpt_string_free().
 *
 * Returns any status. With YOURGPT_OK, *answer_json is the whole answer exactly as the server sent
 * it: an object {"type":"RXSUCCESS","data":...}, checked to be valid JSON. Read a session_uid from
 * it as text: the number is too large for a double. "large_numbers_as_strings" makes it a string.
 *
 * What happened decides what is tried again, and what the failure says. (RXERROR is the service's
 * own refusal, {"type":"RXERROR",...}.)
 *
 *   - what happened | status, kind | tried again | may have been processed
 *   - bad credential, missing widget, a field out of its bounds | YOURGPT_INVALID_ARGUMENT | no |
 *     no, nothing was sent
 *   - no connection: name lookup, refused, TLS, connect timeout | YOURGPT_TRANSPORT | yes, always
 *     | no
 *   - 429 | YOURGPT_API, rate_limited | yes, always | no
 *   - 503 with an RXERROR envelope: the service itself declined | YOURGPT_API, unavailable | yes,
 *     always | no
 *   - 503 without one, whatever its headers say (a gateway that lost patience sends Retry-After
 *     too) | YOURGPT_API, unavailable | only a repeatable operation | yes
 *   - 408 and 499 without an RXERROR envelope (a timeout layer answers, the work goes on) |
 *     YOURGPT_API, timeout | only a repeatable operation | yes
 *   - other 5xx | YOURGPT_API, server | only a repeatable operation | yes
 *   - connection lost or timed out after sending; damaged HTTP | YOURGPT_TRANSPORT | only a
 *     repeatable operation | yes
 *   - RXERROR with 2xx; any other 4xx | YOURGPT_API | no | no
 *   - any 3xx (never followed) | YOURGPT_API, rejected | no | yes
 *   - 2xx that is not the envelope, or over the limit | YOURGPT_DECODE | no | yes
 *   - cancelled by the caller's token | YOURGPT_CANCELLED | no | no before sending, else yes
 *   - a panic inside ureq (with unwinding) | YOURGPT_TRANSPORT | no | no before sending, else yes
 *
 * A repeatable operation has the same effect when it is done twice. An operation that the library
 * does not know counts as not repeatable. Retry-After only says how long to wait before a retry
 * that is allowed. After several attempts, "may have been processed" is true if it was true for one
 * of them.
 *
 * Retry-After with a 429 holds for all calls with the client to that level, on all threads: until
 * then they wait. A call whose deadline_ms ends before is not sent and fails at once with
 * YOURGPT_TRANSPORT, rate_limited. A call is sent without that wait if the client allows no
 * retries, or if the wait would be longer than the 60 s for which it obeys Retry-After.
 *
 * Any thread may call, also several at once with one client.
 */
YOURGPT_MUST_USE
yourgpt_status yourgpt_call(const yourgpt_client *client, yourgpt_level level,
                            const char *operation, const char *body_json, char **answer_json);

/* Calls an operation as yourgpt_call() does, with lengths, for languages whose strings have them.
 *
 * body_json      NULL with the length 0, or body_length bytes, which need no NUL at their end.
 * answer_length  May be NULL. Receives the length of an answer in bytes, without the NUL at its
 *                end; 0 if there is none. A failure has no NUL inside either: use strlen().
 */
YOURGPT_MUST_USE
yourgpt_status yourgpt_call_with_length(const yourgpt_client *client, yourgpt_level level,
                                        const char *operation, const char *body_json,
                                        size_t body_length, char **answer_json,
                                        size_t *answer_length);

/* A walk through a list that comes in pages. Your program only has pointers to it. */
typedef struct yourgpt_walk yourgpt_walk;

/* Begins a walk through a list. Nothing is sent yet.
 *
 *     yourgpt_walk *walk;
 *     char *text;
 *     yourgpt_status status =
 *         yourgpt_walk_new(client, YOURGPT_PROJECT, "getAllContacts", NULL, 0, &walk, &text);
 *     if (status == YOURGPT_OK) {
 *         while ((status = yourgpt_walk_next(walk, &text)) == YOURGPT_OK && text != NULL) {
 *             use_page(text);
 *             yourgpt_string_free(text);
 *         }
 *         yourgpt_walk_free(walk);
 *     }
 *     // text is now NULL, or a failure.
 *
 * client       Must not be NULL. Stays yours, and may be freed before the walk. Cancelling it also
 *              ends the walk. Its deadline_ms holds for each page. To limit the walk as a whole,
 *              look at the clock before each page too, or cancel the client from another thread.
 * level        As for yourgpt_call().
 * operation    Must not be NULL. One of getAllContactTags, getAllContacts, getChatbotExecutionLogs,
 *              getMyProjects, getProjectFiles, getProjectText, getSessionMessages, getSessions (all
 *              YOURGPT_PROJECT) and getOrganizationMembers (YOURGPT_ORGANIZATION).
 * body_json    A JSON object, or NULL for one without fields. Its page, or 1, is the first page
 *              that is fetched; page and limit must be whole numbers or null. Each request has the
 *              same body with the number of its page; the order of the members may change. To go
 *              on after a restart, count the pages, and begin with the next one.
 * max_pages    How many pages to read at most, or 0 for 100,000.
 * walk         Must not be NULL. Receives the walk, which is yours: free it with
 *              yourgpt_walk_free().
 * error_json   May be NULL. Receives the failure, if there is one, which is yours: free it with
 *              yourgpt_string_free().
 *
 * Returns YOURGPT_OK, YOURGPT_INVALID_ARGUMENT or YOURGPT_PANIC. Any thread may call.
 */
YOURGPT_MUST_USE
yourgpt_status yourgpt_walk_new(const yourgpt_client *client, yourgpt_level level,
                                const char *operation, const char *body_json, uint32_t max_pages,
                                yourgpt_walk **walk, char **error_json) YOURGPT_NONNULL(6);

/* Fetches the next page of a walk.
 *
 * walk         Must not be NULL.
 * page_json    Must not be NULL. Receives the whole answer exactly as the server sent it (but see
 *              large_numbers_as_strings), NULL at the end, or the failure. It is yours: free it with
 *              yourgpt_string_free().
 *
 * The walk ends when as many rows have come as the service says there are. If the service does not
 * say, it ends after a page that is shorter than the one before, or shorter than a limit that the
 * API bounds. In any case it ends before an empty page, unless that is the first, before a page
 * that repeats the one before, and after a failure, which comes once. The API has no cursor: rows
 * that are added or removed meanwhile can shift others to another page, so that a row is missed or
 * comes twice.
 *
 * Returns any status. If the list goes on after max_pages, the status is YOURGPT_INVALID_ARGUMENT,
 * and the failure has the kind too_many_pages.
 *
 * Any thread may call. Calls with one walk wait for each other.
 */
YOURGPT_MUST_USE
yourgpt_status yourgpt_walk_next(yourgpt_walk *walk, char **page_json) YOURGPT_NONNULL(2);

/* Frees a walk.
 *
 * walk         May be NULL: then nothing happens. No call may be using it, and none may use it
 *              afterwards.
 *
 * Any thread may call, not only the one that made the walk.
 */
void yourgpt_walk_free(yourgpt_walk *walk);

/* A conversation that knows what became of each message. Your program only has pointers to it. */
typedef struct yourgpt_conversation yourgpt_conversation;

/* What became of a message. Later versions may add outcomes: treat them as
 * YOURGPT_OUTCOME_UNKNOWN. */
typedef enum yourgpt_outcome {
  /* The response was lost, and the transcript could not be read, or does not tell whether the
   * message has arrived. Asking again may ask twice. */
  YOURGPT_OUTCOME_UNKNOWN = 0,

  /* The message has not arrived, and will not. It can be asked again. */
  YOURGPT_OUTCOME_NOT_SENT = 1,

  /* The response was lost, and the message is not in the transcript. It may still arrive, so asking
   * again may ask twice. */
  YOURGPT_OUTCOME_NOT_SEEN = 2,

  /* The agent has answered. */
  YOURGPT_OUTCOME_ANSWERED = 3,

  /* A human answers from now on: yourgpt_new_messages() gives what they write. */
  YOURGPT_OUTCOME_HANDED_OVER = 4,

  /* The message has arrived, and no answer has come: yourgpt_new_messages() gives it if it comes
   * later. */
  YOURGPT_OUTCOME_UNANSWERED = 5
} yourgpt_outcome;

/* Opens a conversation, or continues one.
 *
 * client        Must not be NULL; one with api_token needs a project_uid, one with api_key a
 *               widget_uid. Stays yours, and may be freed before the conversation. Cancelling it
 *               also ends what the conversation does.
 * session_uid   NULL opens a conversation, with operation createSession. Otherwise the one to
 *               continue, as a text without quotes, which is not empty; nothing is sent yet.
 * conversation  Must not be NULL. Receives the conversation, which is yours: free it with
 *               yourgpt_conversation_free().
 * error_json    May be NULL. Receives the failure, if there is one, which is yours: free it with
 *               yourgpt_string_free().
 *
 * Returns any status. Any thread may call.
 */
YOURGPT_MUST_USE
yourgpt_status yourgpt_conversation_new(const yourgpt_client *client, const char *session_uid,
                                        yourgpt_conversation **conversation, char **error_json)
    YOURGPT_NONNULL(3);

/* The conversation's session_uid, to be stored. It is a text that is yours: free it with
 * yourgpt_string_free(). NULL if conversation is NULL or from before fork(). It does not wait for
 * calls with the conversation.
 */
YOURGPT_MUST_USE
char *yourgpt_conversation_session_uid(const yourgpt_conversation *conversation);

/* How far a conversation has been followed: a JSON text of some kilobytes at most, to be stored, and
 * given to yourgpt_conversation_resume() after a restart. It has numbers of messages, and hashes of
 * texts. It is yours: free it with yourgpt_string_free(). NULL if conversation is NULL or from
 * before fork(), and before the first look at a conversation that this program did not open.
 *
 * Any thread may call. It waits for calls with the conversation.
 */
YOURGPT_MUST_USE
char *yourgpt_conversation_position(const yourgpt_conversation *conversation);

/* Continues a conversation at a position that was stored, so that yourgpt_new_messages() gives what
 * has come since, and yourgpt_ask() knows which messages were sent. Nothing is sent.
 *
 *     status = yourgpt_conversation_new(client, session_uid, &conversation, &text);
 *     if (status == YOURGPT_OK && position != NULL)
 *         status = yourgpt_conversation_resume(conversation, position, &text);
 *
 * conversation   Must not be NULL. Whether the position is one in this conversation is not checked.
 * position_json  Must not be NULL. A text from yourgpt_conversation_position(), or "{}" for the
 *                beginning, after which yourgpt_new_messages() gives all messages.
 * error_json     May be NULL. Receives the failure, if there is one, which is yours: free it with
 *                yourgpt_string_free().
 *
 * Returns YOURGPT_OK, YOURGPT_INVALID_ARGUMENT or YOURGPT_PANIC. Any thread may call. It waits for
 * calls with the conversation.
 */
YOURGPT_MUST_USE
yourgpt_status yourgpt_conversation_resume(yourgpt_conversation *conversation,
                                           const char *position_json, char **error_json);

/* Sends a message as the visitor, and says what became of it, even if the response was lost.
 *
 *     char *answer, *reply;
 *     yourgpt_outcome outcome;
 *     if (yourgpt_ask(conversation, "When do you open?", &outcome, &answer, &reply) == YOURGPT_OK)
 *         puts(answer ? answer : "it arrived, and there is no answer");
 *     else
 *         puts(outcome == YOURGPT_OUTCOME_NOT_SENT ? "ask again" : "it may have arrived");
 *     yourgpt_string_free(answer);
 *     yourgpt_string_free(reply);
 *
 * A message is never sent again if it may have been processed. If it may, and the response was
 * lost, the transcript is read once, with operation getSessionMessages, for 10 s at most.
 * deadline_ms holds for all of it: sending ends 10 s before it, or when a quarter of it is left,
 * whichever is later, so that there is time to look. In a conversation that this program did not
 * open, the newest messages are read before the first message, for 10 s or half of deadline_ms at
 * most.
 *
 * conversation  Must not be NULL.
 * text          Must not be NULL.
 * outcome       May be NULL. Receives what became of the message.
 * answer_text   May be NULL. Receives the answer as plain text, with a line break between the texts
 *               of several messages, or NULL if there is none. It is yours: free it with
 *               yourgpt_string_free().
 * reply_json    May be NULL. Receives the whole reply, or the failure of sendMessage, which is
 *               yours: free it with yourgpt_string_free(). A reply has the fields of sendMessage's
 *               data that this library knows, such as "choices". If the service returned a list,
 *               the messages are in "messages".
 *
 * Returns YOURGPT_OK if the message has arrived, which are the outcomes ANSWERED, HANDED_OVER and
 * UNANSWERED; any other status otherwise.
 *
 * Any thread may call. Calls with one conversation wait for each other.
 */
YOURGPT_MUST_USE
yourgpt_status yourgpt_ask(yourgpt_conversation *conversation, const char *text,
                           yourgpt_outcome *outcome, char **answer_text, char **reply_json);

/* Reads the messages since the last look, each once: those of an operator, of other programs, and
 * answers that came too late for yourgpt_ask().
 *
 * conversation   Must not be NULL. The first look at a conversation that this program did not open
 *                gives nothing, and notes where the transcript ends.
 * messages_json  Must not be NULL. Receives an array of messages, the oldest first, or the failure,
 *                after which the next look gives everything that this one did not. It is yours:
 *                free it with yourgpt_string_free().
 *
 * Calls operation getSessionMessages, once for each 100 messages, and 1,000 times at most. The
 * messages have the fields that this library knows.
 *
 * Returns any status. Any thread may call. Calls with one conversation wait for each other.
 */
YOURGPT_MUST_USE
yourgpt_status yourgpt_new_messages(yourgpt_conversation *conversation, char **messages_json)
    YOURGPT_NONNULL(2);

/* Frees a conversation. What was said stays at the service.
 *
 * conversation  May be NULL: then nothing happens. No call may be using it, and none may use it
 *               afterwards.
 *
 * Any thread may call, not only the one that made it.
 */
void yourgpt_conversation_free(yourgpt_conversation *conversation);

/* One attempt of a call, for metrics. Later versions may add members at the end. */
typedef struct yourgpt_attempt {
  const char *operation; /* valid during the callback */
  int number;            /* counts from 1 in each call */
  int is_form;           /* 1 if the body was sent as a form instead of JSON */
  int status_code;       /* the HTTP status, or 0 if no complete response came */
  yourgpt_kind kind;     /* why not; YOURGPT_KIND_UNKNOWN if one came, whatever it says */
  int64_t waited_us;     /* how long the call waited before the attempt, in microseconds */
  int64_t duration_us;   /* how long the attempt took, without that wait */
  int64_t retry_in_us;   /* how long until the next one, or -1 if there is none */
} yourgpt_attempt;

/* A function of yours that hears of each attempt. */
typedef void (*yourgpt_attempt_callback)(void *user, const yourgpt_attempt *attempt);

/* A function of yours that gets lines for a log: without a line break, valid during the call. */
typedef void (*yourgpt_log_callback)(void *user, const char *line);

/* Sets who hears what a client does.
 *
 * client      May be NULL: then nothing happens. Stays yours. What is set holds for all clients
 *             that share its connections, and replaces what was set before.
 * on_attempt  May be NULL: then nobody hears of attempts.
 * on_line     May be NULL: then nobody gets lines. There is one for each attempt, one for each
 *             value that yourgpt_ask() and yourgpt_new_messages() passed over, and one with the
 *             reason if the result is YOURGPT_PANIC. No line has a credential, a body or a
 *             message, but that reason may quote a text that the library worked on.
 * user        Is passed on. Must stay valid until something else is set, or all clients, walks and
 *             conversations that share the connections are freed; and in both cases until the calls
 *             that began before have returned.
 *
 * The callbacks run on the thread of the call, during it, also on several threads at once. They may
 * call any function of this library, except those that wait for calls with the walk or conversation
 * of the call, which would wait for itself; and they may not free what the call uses. They must
 * return: no exception, no longjmp().
 *
 * Any thread may call.
 */
void yourgpt_client_listen(const yourgpt_client *client, yourgpt_attempt_callback on_attempt,
                           yourgpt_log_callback on_line, void *user);

/* Cancels a client's calls, for good.
 *
 * client       May be NULL: then nothing happens. Must come from this library, and not be freed
 *              before this returns.
 *
 * Calls in progress on other threads end at once with YOURGPT_CANCELLED, whatever they wait for: a
 * name look-up, a connection, a response, or their next attempt. The failure says whether the
 * request may have been processed. A call whose whole response has come by then returns it. Later
 * calls end in the same way without sending anything. Clients that share its connections go on: see
 * yourgpt_client_with(). A window that closes or a context of Go that is done calls this for a
 * client of its own, waits until its own calls have returned, and frees that client. To go on with
 * a conversation whose client was cancelled, give its position to a conversation of another client.
 *
 * Any thread may call, at any time before yourgpt_client_free(), also several at once.
 */
void yourgpt_client_cancel(const yourgpt_client *client);

/* Frees a client. Its connections are closed with the last client that shares them.
 *
 * client       May be NULL: then nothing happens. Must come from this library. No call may be using
 *              it, and none may use it afterwards.
 *
 * Any thread may call, not only the one that made the client.
 */
void yourgpt_client_free(yourgpt_client *client);

/* Frees a string that came out of this library.
 *
 * string       May be NULL: then nothing happens. Must be one of which this header says that it is
 *              yours. Do not use free(): the memory does not come from malloc().
 *
 * Any thread may call, not only the one that got the string.
 */
void yourgpt_string_free(char *string);

/* The version of the library that is linked, such as "0.1.0".
 *
 * Never NULL. Belongs to the library and lives as long as it is loaded: do not free it.
 * Any thread may call.
 */
const char *yourgpt_version(void);

#ifdef __cplusplus
}
#endif

#endif
