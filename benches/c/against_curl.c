/* A call of a list from C: with this library, and with libcurl by hand, by turns. Both make the body
 * with jansson, keep their connection, check that the answer is a success, and read the name of each
 * row with jansson. Prints the ratio of the times, as benches/support/timing.rs does.
 *
 *     make -C benches/c
 */
#define _GNU_SOURCE
#include <curl/curl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server.h"
#include "yourgpt.h"

#define TOKEN "api-v1-0123456789abcdef0123456789abcdef"
#define PROJECT_UID "5f0d9c1e-7a52-4c7e-9d06-0a1b2c3d4e5f"

/* Each session starts everybody afresh; in each round everybody has a turn of some calls. */
enum { SESSIONS = 20, ROUNDS = 20, CALLS = 25 };

/* Reads the names of the rows, and returns how many there are. */
static int read_names(json_t *data)
{
  int names = 0;
  size_t index;
  json_t *row;

  json_array_foreach(data, index, row) {
    const char *name = json_string_value(json_object_get(row, "name"));
    names += name != NULL && *name != '\0';
  }
  return names;
}

static int call_with_yourgpt(const yourgpt_client *client, int rows)
{
  json_t *body = json_pack("{s:i,s:i}", "page", 1, "limit", rows);
  char *json = json_dumps(body, JSON_COMPACT);
  char *text;
  json_t *answer;
  int names = -1;

  if (yourgpt_call(client, YOURGPT_PROJECT, "getAllContacts", json, &text) == YOURGPT_OK) {
    answer = json_loads(text, 0, NULL);
    names = read_names(json_object_get(answer, "data"));
    json_decref(answer);
  }
  yourgpt_string_free(text);
  free(json);
  json_decref(body);
  return names;
}

/* What a program by hand keeps from call to call. */
struct by_hand {
  CURL *curl;
  struct curl_slist *headers;
  char *response;
  size_t filled, size;
};

static size_t receive(char *part, size_t one, size_t count, void *user)
{
  struct by_hand *hand = user;

  (void)one;
  if (hand->filled + count >= hand->size) {
    hand->size = 2 * (hand->filled + count);
    hand->response = realloc(hand->response, hand->size);
  }
  memcpy(hand->response + hand->filled, part, count);
  hand->filled += count;
  hand->response[hand->filled] = '\0';
  return count;
}

static struct by_hand start_by_hand(const char *url)
{
  struct by_hand hand = {curl_easy_init(), NULL, NULL, 0, 0};

  hand.headers = curl_slist_append(hand.headers, "Authorization: Bearer " TOKEN);
  hand.headers = curl_slist_append(hand.headers, "Content-Type: application/json");
  hand.headers = curl_slist_append(hand.headers, "Accept: application/json");
  curl_easy_setopt(hand.curl, CURLOPT_URL, url);
  curl_easy_setopt(hand.curl, CURLOPT_HTTPHEADER, hand.headers);
  curl_easy_setopt(hand.curl, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(hand.curl, CURLOPT_USERAGENT, "by-hand/0.1.0");
  curl_easy_setopt(hand.curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(hand.curl, CURLOPT_TIMEOUT_MS, 120000L);
  curl_easy_setopt(hand.curl, CURLOPT_CONNECTTIMEOUT_MS, 10000L);
  curl_easy_setopt(hand.curl, CURLOPT_WRITEFUNCTION, receive);
  return hand;
}

static int call_by_hand(struct by_hand *hand, int rows)
{
  json_t *body = json_pack("{s:i,s:i,s:s}", "page", 1, "limit", rows, "project_uid", PROJECT_UID);
  char *json = json_dumps(body, JSON_COMPACT);
  json_t *answer = NULL;
  const char *type;
  long status = 0;
  int names = -1;

  hand->filled = 0;
  curl_easy_setopt(hand->curl, CURLOPT_POSTFIELDS, json);
  curl_easy_setopt(hand->curl, CURLOPT_WRITEDATA, hand);
  if (curl_easy_perform(hand->curl) == CURLE_OK &&
      curl_easy_getinfo(hand->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status == 200) {
    answer = json_loads(hand->response, 0, NULL);
  }
  type = json_string_value(json_object_get(answer, "type"));
  if (type != NULL && strcmp(type, "RXSUCCESS") == 0) {
    names = read_names(json_object_get(answer, "data"));
  }
  json_decref(answer);
  free(json);
  json_decref(body);
  return names;
}

static void stop_by_hand(struct by_hand *hand)
{
  curl_easy_cleanup(hand->curl);
  curl_slist_free_all(hand->headers);
  free(hand->response);
}

static int ascending(const void *one, const void *other)
{
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

static double quantile(double *values, int count, double part)
{
  qsort(values, (size_t)count, sizeof *values, ascending);
  return values[(int)((count - 1) * part + 0.5)];
}

/* The median time of the calls in one turn. */
static double turn(const yourgpt_client *client, struct by_hand *hand, int rows)
{
  struct timespec start, end;
  double times[CALLS];
  int i, names;

  for (i = 0; i < CALLS; i++) {
    clock_gettime(CLOCK_MONOTONIC, &start);
    names = client != NULL ? call_with_yourgpt(client, rows) : call_by_hand(hand, rows);
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (names != rows) {
      fail("a call failed");
    }
    times[i] = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
  }
  return quantile(times, CALLS, 0.5);
}

static void measure(int rows, bool on_two_cores)
{
  double ratios[SESSIONS * ROUNDS];
  int session, round, count = 0;
  int port = serve_page(rows, on_two_cores);
  char config[256], url[128];

  snprintf(config, sizeof config,
           "{\"api_token\":\"" TOKEN "\",\"project_uid\":\"" PROJECT_UID
           "\",\"base_url\":\"http://127.0.0.1:%d\"}",
           port);
  snprintf(url, sizeof url, "http://127.0.0.1:%d/chatbot/v1/getAllContacts", port);
  for (session = 0; session < SESSIONS; session++) {
    struct by_hand hand = start_by_hand(url);
    yourgpt_client *client;

    if (yourgpt_client_new(config, &client, NULL) != YOURGPT_OK) {
      fail("no client");
    }
    turn(client, NULL, rows);
    turn(NULL, &hand, rows);
    for (round = 0; round < ROUNDS; round++) {
      /* Nobody always comes first. */
      double by_hand = round % 2 ? turn(NULL, &hand, rows) : 0;
      double yourgpt = turn(client, NULL, rows);
      by_hand = round % 2 ? by_hand : turn(NULL, &hand, rows);
      ratios[count++] = yourgpt / by_hand;
    }
    yourgpt_client_free(client);
    stop_by_hand(&hand);
  }
  printf("%s, page of %3d: yourgpt / libcurl by hand %6.3f", on_two_cores ? "two cores" : "one core ",
         rows, quantile(ratios, count, 0.5));
  printf("  (%.3f .. %.3f)\n", quantile(ratios, count, 0.1), quantile(ratios, count, 0.9));
}

int main(void)
{
  const int rows[] = {1, 10, 100};
  int place, i;

  curl_global_init(CURL_GLOBAL_DEFAULT);
  stay_on_core(false);
  for (place = 0; place < 2; place++) {
    for (i = 0; i < 3; i++) {
      measure(rows[i], place == 1);
    }
  }
  return EXIT_SUCCESS;
}
