/* Calls while a timer interrupts the thread every millisecond.
 *
 *     signals URL
 */
#define _XOPEN_SOURCE 700
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "yourgpt.h"

static volatile sig_atomic_t interrupts;

static void count(int number)
{
  interrupts += number == SIGALRM;
}

int main(int argc, char **argv)
{
  struct itimerval timer = {{0, 1000}, {0, 1000}};
  struct sigaction action;
  char config[256];
  yourgpt_client *client;
  int i;

  if (argc < 2) {
    return EXIT_FAILURE;
  }
  memset(&action, 0, sizeof action); /* Without SA_RESTART. */
  action.sa_handler = count;
  if (sigaction(SIGALRM, &action, NULL) != 0 || setitimer(ITIMER_REAL, &timer, NULL) != 0) {
    return EXIT_FAILURE;
  }
  snprintf(config, sizeof config, "{\"api_token\":\"x\",\"max_retries\":0,\"base_url\":\"%s\"}",
           argv[1]);
  if (yourgpt_client_new(config, &client, NULL) != YOURGPT_OK) {
    return EXIT_FAILURE;
  }
  for (i = 0; i < 200 || interrupts < 50; i++) {
    char *text;
    yourgpt_status status = yourgpt_call(client, YOURGPT_PROJECT, "echo", "{\"a\":1}", &text);
    if (status != YOURGPT_OK) {
      fprintf(stderr, "%d %s\n", (int)status, text != NULL ? text : "-");
      return EXIT_FAILURE;
    }
    yourgpt_string_free(text);
  }
  yourgpt_client_free(client);
  return EXIT_SUCCESS;
}
