/* Calls from 32 threads on one client: each call gets its own answer.
 *
 *     threads URL
 *
 * The server answers with the body of the request.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "yourgpt.h"

enum { THREADS = 32, CALLS = 25 };

static yourgpt_client *client;

static void *work(void *argument)
{
  size_t number = *(size_t *)argument;
  size_t i, wrong = 0;
  for (i = 0; i < CALLS; i++) {
    char body[64];
    char *answer;
    yourgpt_status status;
    snprintf(body, sizeof body, "{\"thread\":%lu,\"call\":%lu}", (unsigned long)number,
             (unsigned long)i);
    status = yourgpt_call(client, YOURGPT_PROJECT, "echo", body, &answer);
    if (status != YOURGPT_OK || strstr(answer, body) == NULL) {
      fprintf(stderr, "%s: %d %s\n", body, (int)status, answer != NULL ? answer : "-");
      wrong++;
    }
    yourgpt_string_free(answer);
  }
  *(size_t *)argument = wrong;
  return NULL;
}

int main(int argc, char **argv)
{
  char config[256];
  pthread_t threads[THREADS];
  size_t results[THREADS];
  size_t i, wrong = 0;

  if (argc < 2) {
    return EXIT_FAILURE;
  }
  snprintf(config, sizeof config, "{\"api_token\":\"api-v1-x\",\"base_url\":\"%s\"}", argv[1]);
  if (yourgpt_client_new(config, &client, NULL) != YOURGPT_OK) {
    return EXIT_FAILURE;
  }
  for (i = 0; i < THREADS; i++) {
    results[i] = i;
    if (pthread_create(&threads[i], NULL, work, &results[i]) != 0) {
      return EXIT_FAILURE;
    }
  }
  for (i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    wrong += results[i];
  }
  yourgpt_client_free(client);
  return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
