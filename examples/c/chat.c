/* Holds a conversation with a YourGPT chatbot, in C99 (and C++17).
 *
 *     chat "When do you open?" "And on Sundays?"
 *
 * sends each argument as a message. Without arguments it sends each line of its input. The
 * credentials come from the environment: YOURGPT_API_KEY and YOURGPT_WIDGET_UID, or
 * YOURGPT_API_TOKEN and YOURGPT_PROJECT_UID. YOURGPT_BASE_URL names another host, such as a
 * sandbox.
 *
 * The vendor's own pages disagree on whether a conversation that was opened with an API token is
 * answered at all. If no answer comes, try a project API key, or the playground.
 *
 * The Makefile in this folder builds the library and this program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "yourgpt.h"

/* A text that grows. */
struct text {
  char *bytes;
  size_t length;
};

static void add(struct text *text, const char *bytes, size_t length)
{
  char *grown = (char *)realloc(text->bytes, text->length + length + 1);
  if (grown == NULL) {
    fputs("chat: out of memory\n", stderr);
    exit(EXIT_FAILURE);
  }
  memcpy(grown + text->length, bytes, length);
  text->bytes = grown;
  text->length += length;
  text->bytes[text->length] = '\0';
}

static void add_text(struct text *text, const char *string)
{
  add(text, string, strlen(string));
}

/* Adds a string as JSON writes it. */
static void add_quoted(struct text *text, const char *string)
{
  add_text(text, "\"");
  for (; *string != '\0'; string++) {
    unsigned char byte = (unsigned char)*string;
    char escaped[8];
    if (byte == '"' || byte == '\\') {
      snprintf(escaped, sizeof escaped, "\\%c", byte);
    } else if (byte < ' ') {
      snprintf(escaped, sizeof escaped, "\\u%04x", byte);
    } else {
      snprintf(escaped, sizeof escaped, "%c", byte);
    }
    add_text(text, escaped);
  }
  add_text(text, "\"");
}

/* Just enough reading of JSON for this program. The library returns only valid JSON, so nothing
 * here checks for its end. A larger program would use a JSON library. */

static const char *past_blanks(const char *json)
{
  return json + strspn(json, " \t\r\n");
}

/* The position after a value. */
static const char *past_value(const char *json)
{
  int depth = 0;
  if (*json != '"' && *json != '{' && *json != '[') {
    return json + strcspn(json, ",]} \t\r\n");
  }
  do {
    if (*json == '"') {
      for (json++; *json != '"'; json++) {
        json += *json == '\\';
      }
    } else if (*json == '{' || *json == '[') {
      depth++;
    } else if (*json == '}' || *json == ']') {
      depth--;
    }
    json++;
  } while (depth > 0);
  return json;
}

/* The value of a key in an object, or NULL. */
static const char *value_of(const char *object, const char *key)
{
  size_t length = strlen(key);
  if (object == NULL || *object != '{') {
    return NULL;
  }
  for (object = past_blanks(object + 1); *object == '"'; object = past_blanks(object)) {
    const char *name = object + 1;
    const char *colon = past_blanks(past_value(object));
    const char *value = past_blanks(colon + 1);
    if (strncmp(name, key, length) == 0 && name[length] == '"') {
      return value;
    }
    object = past_blanks(past_value(value));
    object += *object == ',';
  }
  return NULL;
}

/* One 16-bit unit of the form \uXXXX. */
static unsigned long unit(const char *escape)
{
  char digits[5] = {0};
  memcpy(digits, escape + 2, 4);
  return strtoul(digits, NULL, 16);
}

static void add_byte(struct text *text, unsigned long byte)
{
  char c = (char)byte;
  add(text, &c, 1);
}

static void add_utf8(struct text *text, unsigned long c)
{
  if (c < 0x80) {
    add_byte(text, c);
    return;
  }
  if (c < 0x800) {
    add_byte(text, 0xc0 | c >> 6);
  } else if (c < 0x10000) {
    add_byte(text, 0xe0 | c >> 12);
    add_byte(text, 0x80 | (c >> 6 & 0x3f));
  } else {
    add_byte(text, 0xf0 | c >> 18);
    add_byte(text, 0x80 | (c >> 12 & 0x3f));
    add_byte(text, 0x80 | (c >> 6 & 0x3f));
  }
  add_byte(text, 0x80 | (c & 0x3f));
}

/* Decodes a JSON string. Any other value gives no text. */
static struct text decoded(const char *json)
{
  static const char names[] = "bfnrt", meanings[] = "\b\f\n\r\t";
  struct text text = {NULL, 0};
  if (json == NULL || *json != '"') {
    return text;
  }
  for (json++; *json != '"'; json++) {
    const char *name;
    unsigned long c;
    if (*json != '\\') {
      add(&text, json, 1);
      continue;
    }
    if (json[1] != 'u') {
      json++;
      name = strchr(names, *json);
      add(&text, name != NULL ? &meanings[name - names] : json, 1);
      continue;
    }
    c = unit(json);
    if (c >= 0xd800 && c < 0xdc00 && json[6] == '\\' && json[7] == 'u') {
      json += 6;
      c = 0x10000 + ((c - 0xd800) << 10) + ((unit(json) - 0xdc00) & 0x3ff);
    }
    add_utf8(&text, c);
    json += 5;
  }
  return text;
}

/* Prints a failure, and frees it. */
static void print_failure(yourgpt_status status, char *failure)
{
  if (failure == NULL) {
    fprintf(stderr, "chat: the library failed with status %d\n", (int)status);
  } else {
    fprintf(stderr, "chat: %s\n", failure);
  }
  yourgpt_string_free(failure);
}

/* Adds a setting from an environment variable, if it is set. */
static void configure(struct text *config, const char *key, const char *variable)
{
  const char *value = getenv(variable);
  if (value != NULL && *value != '\0') {
    add_text(config, config->length > 1 ? "," : "");
    add_quoted(config, key);
    add_text(config, ":");
    add_quoted(config, value);
  }
}

static yourgpt_client *connect_from_environment(void)
{
  struct text config = {NULL, 0};
  yourgpt_client *client;
  yourgpt_status status;
  char *failure;
  const char *key = getenv("YOURGPT_API_KEY");

  add_text(&config, "{");
  if (key != NULL && *key != '\0') {
    configure(&config, "api_key", "YOURGPT_API_KEY");
    configure(&config, "widget_uid", "YOURGPT_WIDGET_UID");
  } else {
    configure(&config, "api_token", "YOURGPT_API_TOKEN");
    configure(&config, "project_uid", "YOURGPT_PROJECT_UID");
  }
  configure(&config, "base_url", "YOURGPT_BASE_URL");
  add_text(&config, "}");

  status = yourgpt_client_new(config.bytes, &client, &failure);
  free(config.bytes);
  if (status != YOURGPT_OK) {
    print_failure(status, failure);
  }
  return client;
}

/* Opens a conversation. Returns its session_uid as JSON, a number or a string, so that it can be
 * put into another JSON text. Returns NULL if there is none. */
static char *open_session(const yourgpt_client *client)
{
  struct text session = {NULL, 0};
  char *answer;
  const char *uid;
  yourgpt_status status = yourgpt_call(client, YOURGPT_PROJECT, "createSession", NULL, &answer);

  if (status != YOURGPT_OK) {
    print_failure(status, answer);
    return NULL;
  }
  uid = value_of(value_of(past_blanks(answer), "data"), "session_uid");
  if (uid != NULL) {
    add(&session, uid, (size_t)(past_value(uid) - uid));
  } else {
    fputs("chat: the answer has no session_uid\n", stderr);
  }
  yourgpt_string_free(answer);
  return session.bytes;
}

static int is_word(const char *json, const char *word)
{
  size_t length = strlen(word);
  return json != NULL && *json == '"' && strncmp(json + 1, word, length) == 0
      && json[length + 1] == '"';
}

/* Prints a message, unless it is the user's own. Returns whether it is an answer. */
static int print_answer(const char *record, const char *sent)
{
  const char *sender = value_of(record, "send_by");
  const char *choices = value_of(record, "choices");
  struct text text = decoded(value_of(record, "message"));
  int is_known = is_word(sender, "assistant") || is_word(sender, "operator");
  int is_own = is_word(sender, "user");
  int is_answer;

  if (!is_known && text.bytes != NULL && strcmp(text.bytes, sent) == 0) {
    is_own = 1; /* The service does not say who sent it. */
  }
  is_answer = !is_own && text.length > 0;
  if (is_answer) {
    fwrite(text.bytes, 1, text.length, stdout);
    putchar('\n');
  } else if (!is_own && choices != NULL && *choices == '[') {
    is_answer = *past_blanks(choices + 1) != ']';
  }
  free(text.bytes);
  return is_answer;
}

/* Sends a message and prints the reply. Returns 0 if that failed. */
static int send_message(const yourgpt_client *client, const char *session, const char *message)
{
  struct text body = {NULL, 0};
  char *answer;
  const char *data;
  int is_answered = 0;
  yourgpt_status status;

  add_text(&body, "{\"session_uid\":");
  add_text(&body, session);
  add_text(&body, ",\"message\":");
  add_quoted(&body, message);
  add_text(&body, "}");
  status = yourgpt_call(client, YOURGPT_PROJECT, "sendMessage", body.bytes, &answer);
  free(body.bytes);
  if (status != YOURGPT_OK) {
    print_failure(status, answer);
    return 0;
  }
  /* One message, or a list of them. */
  data = value_of(past_blanks(answer), "data");
  if (data != NULL && *data == '[') {
    for (data = past_blanks(data + 1); *data != ']'; data = past_blanks(data)) {
      is_answered |= print_answer(data, message);
      data = past_blanks(past_value(data));
      data += *data == ',';
    }
  } else {
    is_answered = print_answer(data, message);
  }
  if (!is_answered) {
    fputs("No answer came. The vendor's own pages disagree on whether a conversation that was opened\n"
          "with an API token is answered at all: try a project API key, or the playground.\n",
          stderr);
  }
  yourgpt_string_free(answer);
  return 1;
}

int main(int argc, char **argv)
{
  char line[4096];
  int i, good;
  char *session;
  yourgpt_client *client = connect_from_environment();

  if (client == NULL) {
    return EXIT_FAILURE;
  }
  session = open_session(client);
  good = session != NULL;
  for (i = 1; good && i < argc; i++) {
    good = send_message(client, session, argv[i]);
  }
  while (good && argc < 2 && fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\r\n")] = '\0';
    good = *line == '\0' || send_message(client, session, line);
  }
  free(session);
  yourgpt_client_free(client);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
