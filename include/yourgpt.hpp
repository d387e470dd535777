// yourgpt.hpp - the YourGPT API from C++17: yourgpt.h with objects that free themselves, and
// exceptions.
//
//     #include <iostream>
//     #include "yourgpt.hpp"
//
//     int main()
//     {
//         yourgpt::Client client(R"({"api_key":"apk-...","widget_uid":"c0ffee11-..."})");
//         yourgpt::Conversation conversation(client);
//         yourgpt::Reply reply = conversation.ask("When do you open?");
//         std::cout << reply.answer.value_or("it arrived, and there is no answer") << '\n';
//     }
//
// Each member does what the function of the same name in yourgpt.h does, with the same rules for
// threads. Whatever such a function refuses or fails at is an Error; a text with a NUL inside never
// reaches it, and is a std::invalid_argument. Objects can be moved and not copied; one that was moved
// from may only be destroyed or assigned to.
#ifndef YOURGPT_HPP
#define YOURGPT_HPP

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "yourgpt.h"

namespace yourgpt {

namespace detail {

template <typename T, void (*Free)(T *)>
struct Freeing {
  void operator()(T *value) const { Free(value); }
};

using Text = std::unique_ptr<char, Freeing<char, yourgpt_string_free>>;

inline std::string message(yourgpt_status status, const char *failure)
{
  Text text(yourgpt_failure_message(failure));
  return text ? text.get() : "the library failed with status " + std::to_string(status);
}

}  // namespace detail

// A failure. what() is its message.
class Error : public std::runtime_error {
 public:
  Error(yourgpt_status status, const char *failure)
      : std::runtime_error(detail::message(status, failure)),
        status_(status),
        json_(failure != nullptr ? failure : "")
  {
  }

  yourgpt_status status() const { return status_; }
  // The whole failure as JSON; empty after YOURGPT_PANIC.
  const std::string &json() const { return json_; }
  yourgpt_kind kind() const { return yourgpt_failure_kind(json_.c_str()); }
  int status_code() const { return yourgpt_failure_status_code(json_.c_str()); }
  bool may_have_been_processed() const
  {
    return yourgpt_failure_may_have_been_processed(json_.c_str()) != 0;
  }
  bool is_safe_to_repeat() const { return yourgpt_failure_is_safe_to_repeat(json_.c_str()) != 0; }
  bool is_transient() const { return yourgpt_failure_is_transient(json_.c_str()) != 0; }
  // -1 if the service did not say.
  std::int64_t retry_after_ms() const { return yourgpt_failure_retry_after_ms(json_.c_str()); }
  int attempts() const { return yourgpt_failure_attempts(json_.c_str()); }
  // Empty if there is none.
  std::string service_message() const
  {
    detail::Text text(yourgpt_failure_service_message(json_.c_str()));
    return text ? text.get() : "";
  }

 private:
  yourgpt_status status_;
  std::string json_;
};

// A message that has not arrived, or may not have.
class AskError : public Error {
 public:
  AskError(yourgpt_status status, const char *failure, yourgpt_outcome outcome)
      : Error(status, failure), outcome_(outcome)
  {
  }

  // YOURGPT_OUTCOME_NOT_SENT, _NOT_SEEN or _UNKNOWN.
  yourgpt_outcome outcome() const { return outcome_; }

 private:
  yourgpt_outcome outcome_;
};

namespace detail {

inline void check(yourgpt_status status, const Text &failure)
{
  if (status != YOURGPT_OK) {
    throw Error(status, failure.get());
  }
}

// A text that is not cut: C would end it at a NUL inside.
inline const char *c_str(const std::string &text)
{
  if (text.find('\0') != std::string::npos) throw std::invalid_argument("the text has a NUL inside");
  return text.c_str();
}

inline const char *c_str(const std::optional<std::string> &text)
{
  return text ? c_str(*text) : nullptr;
}

}  // namespace detail

// A credential, settings and connections.
class Client {
 public:
  explicit Client(const std::string &config_json)
  {
    yourgpt_client *client;
    char *error;
    yourgpt_status status = yourgpt_client_new(detail::c_str(config_json), &client, &error);
    client_.reset(client);
    detail::check(status, detail::Text(error));
  }

  // Another client that shares the connections of this one, with other limits. Cancelling either
  // leaves the other alone.
  Client with(const std::string &config_json) const
  {
    yourgpt_client *other;
    char *error;
    yourgpt_status status = yourgpt_client_with(get(), detail::c_str(config_json), &other, &error);
    Client client(other);
    detail::check(status, detail::Text(error));
    return client;
  }

  // Calls an operation, and returns the whole answer.
  std::string call(yourgpt_level level, const std::string &operation,
                   const std::string &body_json = "{}") const
  {
    char *answer;
    std::size_t length;
    yourgpt_status status =
        yourgpt_call_with_length(get(), level, detail::c_str(operation), body_json.data(),
                                 body_json.size(), &answer, &length);
    detail::Text text(answer);
    detail::check(status, text);
    return std::string(text.get(), length);
  }

  std::string call(const std::string &operation, const std::string &body_json = "{}") const
  {
    return call(YOURGPT_PROJECT, operation, body_json);
  }

  // Ends the calls of this client, for good. Any thread may call.
  void cancel() const noexcept { yourgpt_client_cancel(get()); }

  void listen(yourgpt_attempt_callback on_attempt, yourgpt_log_callback on_line, void *user) const
  {
    yourgpt_client_listen(get(), on_attempt, on_line, user);
  }

  yourgpt_client *get() const noexcept { return client_.get(); }

 private:
  explicit Client(yourgpt_client *client) : client_(client) {}

  std::unique_ptr<yourgpt_client, detail::Freeing<yourgpt_client, yourgpt_client_free>> client_;
};

// A walk through a list that comes in pages:
//
//     yourgpt::Walk walk(client, "getAllContacts");
//     while (auto page = walk.next()) use(*page);
class Walk {
 public:
  Walk(const Client &client, const std::string &operation, const std::string &body_json = "{}",
       yourgpt_level level = YOURGPT_PROJECT, std::uint32_t max_pages = 0)
  {
    yourgpt_walk *walk;
    char *error;
    yourgpt_status status = yourgpt_walk_new(client.get(), level, detail::c_str(operation),
                                             detail::c_str(body_json), max_pages, &walk, &error);
    walk_.reset(walk);
    detail::check(status, detail::Text(error));
  }

  // The next page as the server sent it; none at the end.
  std::optional<std::string> next()
  {
    char *page;
    yourgpt_status status = yourgpt_walk_next(walk_.get(), &page);
    detail::Text text(page);
    detail::check(status, text);
    return text ? std::optional<std::string>(text.get()) : std::nullopt;
  }

 private:
  std::unique_ptr<yourgpt_walk, detail::Freeing<yourgpt_walk, yourgpt_walk_free>> walk_;
};

// What became of a message that has arrived.
struct Reply {
  yourgpt_outcome outcome;
  std::optional<std::string> answer;
  std::string json;
};

// A conversation that knows what became of each message.
class Conversation {
 public:
  // Opens a conversation, or continues the one with this session_uid.
  explicit Conversation(const Client &client,
                        const std::optional<std::string> &session_uid = std::nullopt)
  {
    yourgpt_conversation *conversation;
    char *error;
    yourgpt_status status = yourgpt_conversation_new(client.get(), detail::c_str(session_uid),
                                                     &conversation, &error);
    conversation_.reset(conversation);
    detail::check(status, detail::Text(error));
  }

  std::string session_uid() const
  {
    detail::Text text(yourgpt_conversation_session_uid(conversation_.get()));
    return text ? text.get() : "";
  }

  // How far it has been followed, to be stored; none before the first look at a conversation that
  // this program did not open.
  std::optional<std::string> position() const
  {
    detail::Text text(yourgpt_conversation_position(conversation_.get()));
    return text ? std::optional<std::string>(text.get()) : std::nullopt;
  }

  void resume(const std::string &position_json)
  {
    char *error;
    yourgpt_status status = yourgpt_conversation_resume(conversation_.get(),
                                                        detail::c_str(position_json), &error);
    detail::check(status, detail::Text(error));
  }

  // Sends a message. Throws an AskError if it may not have arrived.
  Reply ask(const std::string &message)
  {
    yourgpt_outcome outcome;
    char *answer_text, *reply_json;
    yourgpt_status status =
        yourgpt_ask(conversation_.get(), detail::c_str(message), &outcome, &answer_text, &reply_json);
    detail::Text answer(answer_text), reply(reply_json);
    if (status != YOURGPT_OK) {
      throw AskError(status, reply.get(), outcome);
    }
    std::optional<std::string> text;
    if (answer) {
      text = answer.get();
    }
    return {outcome, std::move(text), reply.get()};
  }

  // The messages since the last look, as a JSON array.
  std::string new_messages()
  {
    char *messages;
    yourgpt_status status = yourgpt_new_messages(conversation_.get(), &messages);
    detail::Text text(messages);
    detail::check(status, text);
    return text.get();
  }

 private:
  std::unique_ptr<yourgpt_conversation,
                  detail::Freeing<yourgpt_conversation, yourgpt_conversation_free>>
      conversation_;
};

}  // namespace yourgpt

#endif
