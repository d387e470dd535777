/* Walks through a list of three pages, and prints each.
 *
 *     walk URL
 *
 * It also ends a walk early, gets a failure, and refuses what is not a list.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "yourgpt.h"

/* Without the attributes, for what the compiler would refuse. */
static yourgpt_status (*const walk_next)(yourgpt_walk *, char **) = yourgpt_walk_next;

static void expect(int is_right, const char *what, const char *text)
{
  if (!is_right) {
    fprintf(stderr, "%s: %s\n", what, text != NULL ? text : "-");
    exit(EXIT_FAILURE);
  }
}

int main(int argc, char **argv)
{
  char config[256];
  char *text;
  yourgpt_client *client;
  yourgpt_walk *walk;
  yourgpt_status status;
  int pages = 0;

  if (argc < 2) {
    return EXIT_FAILURE;
  }
  snprintf(config, sizeof config, "{\"api_token\":\"api-v1-x\",\"base_url\":\"%s\"}", argv[1]);
  status = yourgpt_client_new(config, &client, &text);
  expect(status == YOURGPT_OK, "new", text);

  status = yourgpt_walk_new(client, YOURGPT_PROJECT, "getAllContacts", NULL, 0, &walk, &text);
  expect(status == YOURGPT_OK, "walk", text);
  while ((status = yourgpt_walk_next(walk, &text)) == YOURGPT_OK && text != NULL) {
    puts(text);
    pages++;
    yourgpt_string_free(text);
  }
  expect(status == YOURGPT_OK && pages == 3, "end", text);
  status = yourgpt_walk_next(walk, &text);
  expect(status == YOURGPT_OK && text == NULL, "after the end", text);
  yourgpt_walk_free(walk);

  status = yourgpt_walk_new(client, YOURGPT_PROJECT, "getAllContacts", "{\"page\":2}", 1, &walk,
                            &text);
  expect(status == YOURGPT_OK, "from page 2", text);
  status = yourgpt_walk_next(walk, &text);
  expect(status == YOURGPT_OK && strstr(text, "\"id\":2") != NULL, "page 2", text);
  yourgpt_string_free(text);
  status = yourgpt_walk_next(walk, &text);
  expect(yourgpt_failure_kind(text) == YOURGPT_KIND_TOO_MANY_PAGES, "too many pages", text);
  expect(status == YOURGPT_INVALID_ARGUMENT, "too many pages", text);
  yourgpt_string_free(text);
  yourgpt_walk_free(walk);

  status = yourgpt_walk_new(client, YOURGPT_PROJECT, "getAllContacts", NULL, 0, &walk, NULL);
  expect(status == YOURGPT_OK, "cancelled", NULL);
  yourgpt_client_cancel(client);
  yourgpt_client_free(client);
  status = yourgpt_walk_next(walk, &text);
  expect(status == YOURGPT_CANCELLED, "cancelled", text);
  yourgpt_string_free(text);

  expect(walk_next(walk, NULL) == YOURGPT_INVALID_ARGUMENT, "no output", NULL);
  expect(yourgpt_walk_next(NULL, &text) == YOURGPT_INVALID_ARGUMENT, "no walk", text);
  yourgpt_string_free(text);
  yourgpt_walk_free(walk);
  yourgpt_walk_free(NULL);
  return EXIT_SUCCESS;
}
