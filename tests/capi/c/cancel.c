/* Cancels a call in progress on a client of its own, while 8 other threads call with clients that
 * share its connections.
 *
 *     cancel URL
 *
 * The server never answers the operation "late", and answers every other one.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "yourgpt.h"

enum { THREADS = 8, CALLS = 10 };

static yourgpt_client *client;

static void fail(const char *what, yourgpt_status status, const char *text)
{
  fprintf(stderr, "%s: %d %s\n", what, (int)status, text != NULL ? text : "-");
  exit(EXIT_FAILURE);
}

static yourgpt_client *derive(const char *config)
{
  yourgpt_client *derived;
  char *error;
  yourgpt_status status = yourgpt_client_with(client, config, &derived, &error);
  if (status != YOURGPT_OK) {
    fail("derive", status, error);
  }
  return derived;
}

static void *call_often(void *argument)
{
  int i;
  for (i = 0; i < CALLS; i++) {
    yourgpt_client *derived = derive("{\"deadline_ms\":60000}");
    char *answer;
    yourgpt_status status = yourgpt_call(derived, YOURGPT_PROJECT, "echo", NULL, &answer);
    if (status != YOURGPT_OK) {
      fail("call", status, answer);
    }
    yourgpt_string_free(answer);
    yourgpt_client_free(derived);
  }
  return argument;
}

static void *call_late(void *derived)
{
  char *answer;
  yourgpt_status status =
      yourgpt_call((yourgpt_client *)derived, YOURGPT_PROJECT, "late", NULL, &answer);
  if (status != YOURGPT_CANCELLED || strstr(answer, "\"kind\":\"cancelled\"") == NULL) {
    fail("late", status, answer);
  }
  yourgpt_string_free(answer);
  return NULL;
}

int main(int argc, char **argv)
{
  char config[256];
  pthread_t late, threads[THREADS];
  yourgpt_client *cancelled;
  struct timespec moment = {0, 50 * 1000 * 1000};
  int i;

  if (argc < 2) {
    return EXIT_FAILURE;
  }
  snprintf(config, sizeof config, "{\"api_token\":\"api-v1-x\",\"base_url\":\"%s\"}", argv[1]);
  if (yourgpt_client_new(config, &client, NULL) != YOURGPT_OK) {
    return EXIT_FAILURE;
  }
  cancelled = derive("{\"max_retries\":0}");
  if (pthread_create(&late, NULL, call_late, cancelled) != 0) {
    return EXIT_FAILURE;
  }
  for (i = 0; i < THREADS; i++) {
    if (pthread_create(&threads[i], NULL, call_often, NULL) != 0) {
      return EXIT_FAILURE;
    }
  }
  nanosleep(&moment, NULL);
  yourgpt_client_cancel(cancelled);
  pthread_join(late, NULL);
  yourgpt_client_free(cancelled);
  for (i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
  }
  yourgpt_client_free(client);
  return EXIT_SUCCESS;
}
