/* yourgpt.h - the YourGPT API (https://yourgpt.ai) from C, C++ and everything that can call C.
 *
 * Every operation of the API goes through one function, yourgpt_call(): a JSON object goes in, the
 * service's JSON comes out. The library keeps the connections, tries again what may be tried
 * again, and never repeats what could then happen twice.
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
 *         fprintf(status == YOURGPT_OK ? stdout : stderr, "%s\n", text ? text : "out of luck");
 *         yourgpt_string_free(text);
 *         yourgpt_client_free(client);
 *         return status == YOURGPT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
 *     }
 *
 * examples/c/chat.c goes on from there: it reads the session_uid and talks.
 *
 * Rules that hold for every function
 *
 *   Strings    End with NUL and are UTF-8. Those that you pass in stay yours and are only read
 *              during the call. Those that come out through a char ** are yours to free, with
 *              yourgpt_string_free() and nothing else.
 *   Outputs    What a pointer to a pointer leads to is set to NULL before anything else happens.
 *              So it is safe to free afterwards whatever the status is.
 *   NULL       Is answered with YOURGPT_INVALID_ARGUMENT where it is not allowed. So are invalid
 *              UTF-8 and invalid JSON. A pointer that is neither NULL nor good cannot be noticed.
 *   Threads    Any thread may call any function, except that yourgpt_client_free() must wait until
 *              all calls on that client have returned. Calls on one client run side by side.
 *   Unwinding  No Rust panic and no exception ever comes out of a function: see YOURGPT_PANIC.
 *   fork()     A client belongs to the process that made it; make a new one in a child process.
 *   Secrets    The credential never stands in a failure, not even where the server repeats it.
 *
 * Needs C99 or C++, with enums as wide as int (that is, without -fshort-enums).
 */
#ifndef YOURGPT_H
#define YOURGPT_H

#ifdef __cplusplus
extern "C" {
#endif

/* A credential, settings and connections. Only pointers to it exist on your side. */
typedef struct yourgpt_client yourgpt_client;

/* Which part of the API an operation belongs to; the API's documentation says it with each one. */
typedef enum yourgpt_level {
  YOURGPT_PROJECT = 0,     /* /chatbot/v1: one project, such as sendMessage */
  YOURGPT_ORGANIZATION = 1 /* /api/v1: the organization and its members; needs an API token */
} yourgpt_level;

/* How a function ended. Other statuses may join in later versions: treat them as failures. */
typedef enum yourgpt_status {
  /* It worked. */
  YOURGPT_OK = 0,

  /* An argument, the configuration or the body is wrong. Nothing was sent. */
  YOURGPT_INVALID_ARGUMENT = 1,

  /* The service, or a proxy before it, answered that it will not or cannot. */
  YOURGPT_API = 2,

  /* There was no connection, or it broke or timed out before the answer was complete; or the HTTP
   * library inside failed, as it does when the system has no thread left to give. The client can be
   * called again. */
  YOURGPT_TRANSPORT = 3,

  /* The answer has status 2xx, but it is not what the API promises, not UTF-8, too long, or more
   * than 127 levels deep. */
  YOURGPT_DECODE = 4,

  /* The library failed inside; a fault of ours. All outputs are NULL; the reason is on stderr.
   * Whether the request was processed is not known. The client can still be freed; do not call it
   * again. */
  YOURGPT_PANIC = 5
} yourgpt_status;

/* The failure
 *
 * With every status but YOURGPT_OK and YOURGPT_PANIC comes a JSON object of exactly these keys:
 *
 *   "status_code"              number or null: the HTTP status, where an answer came
 *   "kind"                     string: what to do about it; one of
 *                                invalid_request  correct the arguments; nothing was sent
 *                                unauthorized     401: the credential is wrong or revoked
 *                                forbidden        403: the credential does not allow this, or a
 *                                                 firewall refused: service_message is then null
 *                                not_found        404: no such operation at this address
 *                                rate_limited     429: wait, see retry_after_ms
 *                                unavailable      503: not available now
 *                                server           another 5xx
 *                                rejected         another 4xx, a redirect (never followed), or a
 *                                                 refusal that came with status 2xx
 *                                timeout          no answer in time; or a gateway says that it
 *                                                 stopped waiting (408, 499)
 *                                connection       no connection, or it broke
 *                                decode           the answer cannot be read
 *   "message"                  string: for people; says what happened and what to do
 *   "operation"                string or null: null from yourgpt_client_new(), and from
 *                              yourgpt_call() if client or operation is NULL, if level is neither
 *                              of the two, or if the operation's name is not one
 *   "may_have_been_processed"  true or false: false only where it is certain that nothing was
 *                              done; where true, look at the service's state before you repeat a
 *                              message, a phone call or an invitation
 *   "retry_after_ms"           number or null: how long the service asked to wait
 *   "attempts"                 number: how often it was tried; 0 where nothing was sent
 *   "errors"                   the errors in the answer, field by field as a rule, or null
 *   "service_message"          string or null: the service's own words only; null if it said none,
 *                              and if the answer is not its own but a proxy's or a firewall's
 */

/* Makes a client. Nothing is sent, so the credential is not tried out.
 *
 * config_json  Must not be NULL. A JSON object of these keys; a key that is not listed, one that
 *              stands twice, null and a value of another type are refused.
 *
 *                "api_token"              an API token (api-v1-...): the whole organization;
 *                "project_uid"            with it, optional: goes into the body of each call of
 *                                         the project level that takes one
 *                "api_key"                or a project API key (apk-...): one project;
 *                "widget_uid"             with it, optional: goes into the bodies of createSession
 *                                         and sendMessage, which need one
 *                "base_url"               another host, as scheme://host[:port]; /chatbot/v1 and
 *                                         /api/v1 are appended
 *                "project_base_url"       instead of base_url and what is appended to it, for
 *                "organization_base_url"  one level
 *                "timeout_ms"             how long one attempt may take; 120000 if not given
 *                "refusal_timeout_ms"     how long to wait for the rest of a refusal's body once its
 *                                         status has come; 5000 if not given
 *                "connect_timeout_ms"     how long connecting may take; 10000 if not given
 *                "deadline_ms"            how long a call may take with all attempts and the waits
 *                                         between them; no limit if not given
 *                "max_retries"            how often a failed attempt is repeated; 2 if not given,
 *                                         0 for never
 *                "max_response_bytes"     the longest answer; 33554432 if not given
 *                "body_format"            how createSession and sendMessage go out, and with a token
 *                                         getSessions and updateSession: "json", "form", or
 *                                         "json_or_form" (the default): JSON, and once more as a
 *                                         form if the service itself refuses the JSON
 *                "allow_http"             true allows plain http to other machines, which shows
 *                                         the credential to the network
 *
 *              Exactly one of api_token and api_key is needed; a credential of the other kind is
 *              refused. Numbers are whole; all but max_retries are above zero.
 *
 *              The proxy is the first of the environment's ALL_PROXY, HTTPS_PROXY and HTTP_PROXY
 *              (or the same in lower case) that has a value; one that cannot be used is refused.
 *              NO_PROXY lists the hosts that are called directly. A loopback address is never
 *              reached through a proxy.
 * client       Must not be NULL. Gets the client, which is yours: free it with
 *              yourgpt_client_free().
 * error_json   May be NULL. Gets the failure, if there is one, which is yours: free it with
 *              yourgpt_string_free().
 *
 * Returns YOURGPT_OK, YOURGPT_INVALID_ARGUMENT or YOURGPT_PANIC. Any thread may call.
 */
yourgpt_status yourgpt_client_new(const char *config_json, yourgpt_client **client,
                                  char **error_json);

/* Calls an operation and waits for the answer.
 *
 * client       Must not be NULL. Stays yours, and is not changed by the call.
 * level        YOURGPT_PROJECT or YOURGPT_ORGANIZATION; any other number is refused.
 * operation    Must not be NULL. The API's name, such as "sendMessage" or
 *              "copilot-sdk/createSession": letters, digits, - and _, with single slashes between,
 *              at most 200 bytes. Operations that are newer than this library work too.
 * body_json    A JSON object, or NULL for one without fields. It is sent byte for byte, with the
 *              client's project_uid or widget_uid added at the end, unless the body has its own.
 *              Fields are checked by the service, not here.
 * answer_json  May be NULL. Gets the answer or the failure, which is yours: free it with
 *              yourgpt_string_free().
 *
 * Returns any status. With YOURGPT_OK, *answer_json is the whole answer exactly as the server sent
 * it: an object {"type":"RXSUCCESS","data":...}, checked to be valid JSON. Read a session_uid from
 * it as text: the number is too large for a double.
 *
 * What is tried again, and what the failure says, by what happened:
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
 *   - a panic inside ureq (with unwinding) | YOURGPT_TRANSPORT | no | no before sending, else yes
 *
 * A repeatable operation is one that has the same effect when done twice; an operation that the
 * library does not know is not repeated. Retry-After only says how long to wait before a retry that
 * is allowed. Of several attempts, "may have been processed" is true if it was for any.
 *
 * Any thread may call, also several at once with one client.
 */
yourgpt_status yourgpt_call(const yourgpt_client *client, yourgpt_level level,
                            const char *operation, const char *body_json, char **answer_json);

/* Frees a client and closes its connections.
 *
 * client       May be NULL: then nothing happens. Must come from yourgpt_client_new(), and no call
 *              may be under way on it or come after.
 *
 * Any thread may call, not only the one that made the client.
 */
void yourgpt_client_free(yourgpt_client *client);

/* Frees a string that came out of this library.
 *
 * string       May be NULL: then nothing happens. Must come from *error_json or *answer_json.
 *              free() does not do: the memory is not from malloc().
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
