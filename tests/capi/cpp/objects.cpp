// Holds a conversation, gets a failure, walks a list, and cancels a call that hangs.
//
//     objects CONFIG QUESTION URL
//
// The server at the URL has a list of three pages, and never answers the operation "late". Prints the answer.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

#include "yourgpt.hpp"

static void expect(bool is_right, const std::string &what)
{
  if (!is_right) {
    std::cerr << what << '\n';
    std::exit(EXIT_FAILURE);
  }
}

int main(int argc, char **argv)
{
  if (argc < 4) {
    return EXIT_FAILURE;
  }
  yourgpt::Client client(argv[1]);
  std::string session_uid, position;
  {
    yourgpt::Conversation conversation(client);
    yourgpt::Reply reply = conversation.ask(argv[2]);
    expect(reply.outcome == YOURGPT_OUTCOME_ANSWERED, reply.json);
    std::cout << *reply.answer << '\n';
    session_uid = conversation.session_uid();
    expect(conversation.new_messages() == "[]", "new messages");
    position = *conversation.position();
  }
  yourgpt::Conversation again(client, session_uid);
  expect(!again.position(), "there is no position before the first look");
  again.resume(position);
  expect(again.position() == position, position);
  try {
    again.ask("");
    expect(false, "an empty message is refused");
  } catch (const yourgpt::AskError &error) {
    expect(error.outcome() == YOURGPT_OUTCOME_NOT_SENT, error.json());
    expect(error.kind() == YOURGPT_KIND_INVALID_REQUEST, error.json());
    expect(!error.may_have_been_processed() && error.is_safe_to_repeat(), error.json());
    expect(std::string(error.what()).find("sendMessage") == 0, error.what());
  }
  try {
    yourgpt::Client refused("{}");
    expect(false, "a credential is needed");
  } catch (const yourgpt::Error &error) {
    expect(error.status() == YOURGPT_INVALID_ARGUMENT && error.attempts() == 0, error.json());
    expect(error.retry_after_ms() == -1 && error.service_message().empty(), error.json());
    expect(error.status_code() == 0 && !error.is_transient(), error.json());
  }

  yourgpt::Client hanging("{\"api_token\":\"x\",\"base_url\":\"" + std::string(argv[3]) + "\"}");
  int pages = 0;
  yourgpt::Walk walk(hanging, "getAllContacts");
  while (auto page = walk.next()) {
    expect(page->find("RXSUCCESS") != std::string::npos, *page);
    pages++;
  }
  expect(pages == 3, std::to_string(pages) + " pages");

  yourgpt::Client one = hanging.with("{\"deadline_ms\":60000}");
  yourgpt::Client other = std::move(one);
  std::thread thread([&other] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    other.cancel();
  });
  auto started = std::chrono::steady_clock::now();
  try {
    other.call("late");
    expect(false, "a call that hangs is cancelled");
  } catch (const yourgpt::Error &error) {
    expect(error.status() == YOURGPT_CANCELLED, error.json());
  }
  thread.join();
  expect(std::chrono::steady_clock::now() - started < std::chrono::seconds(20), "at once");
  expect(hanging.call("echo", "{\"a\":1}").find("{\"a\":1}") != std::string::npos, "echo");
  return EXIT_SUCCESS;
}
