/* Creates and frees clients in rounds of 1,000, and prints after each round how many pages of
 * memory the process has.
 *
 *     clients URL
 *
 * The first round is a warm-up, and 10 more follow. Every 100th client makes a call, and after
 * every 10th one a configuration is refused. For Linux only.
 */
#include <stdio.h>
#include <stdlib.h>

#include "yourgpt.h"

enum { ROUNDS = 11, CLIENTS = 1000 };

static long resident_pages(void)
{
  long all = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL || fscanf(file, "%ld %ld", &all, &resident) != 2) {
    exit(EXIT_FAILURE);
  }
  fclose(file);
  return resident;
}

static void make(const char *config, int number)
{
  yourgpt_client *client;
  char *text;
  yourgpt_status status = yourgpt_client_new(config, &client, &text);
  if (status == YOURGPT_OK && number % 100 == 0) {
    status = yourgpt_call(client, YOURGPT_PROJECT, "echo", NULL, &text);
  }
  if (status != YOURGPT_OK) {
    fprintf(stderr, "%s\n", text != NULL ? text : "-");
    exit(EXIT_FAILURE);
  }
  yourgpt_string_free(text);
  yourgpt_client_free(client);
  if (number % 10 == 0) {
    status = yourgpt_client_new("{\"api_token\":\"x\",\"surprise\":1}", &client, &text);
    yourgpt_string_free(text);
  }
}

int main(int argc, char **argv)
{
  char config[256];
  int round, i;

  if (argc < 2) {
    return EXIT_FAILURE;
  }
  snprintf(config, sizeof config, "{\"api_token\":\"api-v1-x\",\"base_url\":\"%s\"}", argv[1]);
  for (round = 0; round < ROUNDS; round++) {
    for (i = 0; i < CLIENTS; i++) {
      make(config, i);
    }
    printf("%ld\n", resident_pages());
  }
  return EXIT_SUCCESS;
}
