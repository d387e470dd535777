/* The conversation of examples/c/chat.c by hand, with libcurl and jansson, to count its lines. It
 * does not try a failed call again, look for a message whose response was lost, send a form if the
 * service refuses JSON, read numbers as texts, check its settings, or mask the credential.
 *
 *     make -C benches/c lines
 */
#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct client {
  CURL *curl;
  struct curl_slist *headers;
  const char *base_url, *scope_name, *scope_uid;
};

struct response {
  char *text;
  size_t length;
};

static const char *setting(const char *name)
{
  const char *value = getenv(name);
  return value != NULL && *value != '\0' ? value : NULL;
}

static size_t receive(char *part, size_t one, size_t count, void *user)
{
  struct response *response = user;
  char *text = realloc(response->text, response->length + count + 1);

  (void)one;
  if (text == NULL) {
    return 0;
  }
  memcpy(text + response->length, part, count);
  response->text = text;
  response->length += count;
  text[response->length] = '\0';
  return count;
}

static int start(struct client *client)
{
  char header[512];
  const char *key = setting("YOURGPT_API_KEY");
  const char *credential = key != NULL ? key : setting("YOURGPT_API_TOKEN");
  const char *base_url = setting("YOURGPT_BASE_URL");

  client->scope_name = key != NULL ? "widget_uid" : "project_uid";
  client->scope_uid = setting(key != NULL ? "YOURGPT_WIDGET_UID" : "YOURGPT_PROJECT_UID");
  client->base_url = base_url != NULL ? base_url : "https://api.yourgpt.ai";
  if (credential == NULL || client->scope_uid == NULL) {
    fputs("chat: set a credential, and the widget or the project\n", stderr);
    return 0;
  }
  snprintf(header, sizeof header, key != NULL ? "api-key: %s" : "Authorization: Bearer %s", credential);
  client->headers = curl_slist_append(NULL, header);
  client->headers = curl_slist_append(client->headers, "Content-Type: application/json");
  client->headers = curl_slist_append(client->headers, "Accept: application/json");
  client->curl = curl_easy_init();
  curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, client->headers);
  curl_easy_setopt(client->curl, CURLOPT_USERAGENT, "chat/1.0");
  curl_easy_setopt(client->curl, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(client->curl, CURLOPT_TIMEOUT_MS, 120000L);
  curl_easy_setopt(client->curl, CURLOPT_CONNECTTIMEOUT_MS, 10000L);
  curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, receive);
  return 1;
}

static void stop(struct client *client)
{
  curl_easy_cleanup(client->curl);
  curl_slist_free_all(client->headers);
}

/* Calls an operation. Returns the data of a success, or NULL after it has printed a failure. */
static json_t *call(struct client *client, const char *operation, json_t *body)
{
  struct response response = {NULL, 0};
  char url[512];
  char *json;
  json_t *answer = NULL, *data = NULL;
  json_error_t problem;
  const char *type, *message;
  long status = 0;
  CURLcode code;

  json_object_set_new(body, client->scope_name, json_string(client->scope_uid));
  json = json_dumps(body, JSON_COMPACT);
  json_decref(body);
  snprintf(url, sizeof url, "%s/chatbot/v1/%s", client->base_url, operation);
  curl_easy_setopt(client->curl, CURLOPT_URL, url);
  curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, json);
  curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, &response);
  code = curl_easy_perform(client->curl);
  free(json);
  if (code != CURLE_OK) {
    fprintf(stderr, "chat: %s: %s\n", operation, curl_easy_strerror(code));
    free(response.text);
    return NULL;
  }
  curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
  answer = response.text != NULL ? json_loads(response.text, 0, &problem) : NULL;
  free(response.text);
  type = json_string_value(json_object_get(answer, "type"));
  message = json_string_value(json_object_get(answer, "message"));
  if (status >= 200 && status < 300 && type != NULL && strcmp(type, "RXSUCCESS") == 0) {
    data = json_incref(json_object_get(answer, "data"));
    if (data == NULL) {
      data = json_null();
    }
  } else if (message != NULL) {
    fprintf(stderr, "chat: %s: status %ld: %s\n", operation, status, message);
  } else {
    fprintf(stderr, "chat: %s: status %ld, and no answer that can be read\n", operation, status);
  }
  json_decref(answer);
  return data;
}

/* Prints a message unless it is the visitor's own. */
static void print_message(const json_t *message, int *answered, int *handed_over)
{
  const char *text = json_string_value(json_object_get(message, "message"));
  const char *sender = json_string_value(json_object_get(message, "send_by"));

  if (sender != NULL && strcmp(sender, "operator") == 0) {
    *handed_over = 1;
  }
  if (text != NULL && *text != '\0' && (sender == NULL || strcmp(sender, "user") != 0)) {
    puts(text);
    *answered = 1;
  }
}

/* Sends a message and prints the answer. Returns 0 if the message may not have arrived. */
static int ask(struct client *client, json_t *session_uid, const char *text)
{
  json_t *body = json_pack("{s:O,s:s}", "session_uid", session_uid, "message", text);
  json_t *data, *message;
  size_t index;
  int answered = 0, handed_over = 0;

  if (body == NULL) {
    fputs("chat: the message is not UTF-8\n", stderr);
    return 0;
  }
  data = call(client, "sendMessage", body);
  if (data == NULL) {
    fputs("chat: the message may have arrived\n", stderr);
    return 0;
  }
  if (json_is_array(data)) {
    json_array_foreach(data, index, message) {
      print_message(message, &answered, &handed_over);
    }
  } else {
    print_message(data, &answered, &handed_over);
  }
  if (handed_over && !answered) {
    fputs("A human answers from now on.\n", stderr);
  } else if (!answered) {
    fputs("No answer came. Try the playground, and a project API key if you use an API token:\n"
          "the vendor's own pages disagree on whether a token's conversation is answered at all.\n",
          stderr);
  }
  json_decref(data);
  return 1;
}

int main(int argc, char **argv)
{
  struct client client = {NULL, NULL, NULL, NULL, NULL};
  char line[4096];
  json_t *session, *session_uid;
  int i, good = 1;

  curl_global_init(CURL_GLOBAL_DEFAULT);
  if (!start(&client)) {
    return EXIT_FAILURE;
  }
  session = call(&client, "createSession", json_object());
  session_uid = json_object_get(session, "session_uid");
  if (session_uid == NULL) {
    good = 0;
  }
  for (i = 1; good && i < argc; i++) {
    good = ask(&client, session_uid, argv[i]);
  }
  while (good && argc < 2 && fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\r\n")] = '\0';
    good = *line == '\0' || ask(&client, session_uid, line);
  }
  json_decref(session);
  stop(&client);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
