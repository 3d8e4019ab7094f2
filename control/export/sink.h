// SPDX-License-Identifier: Apache-2.0
// One way out for events: a file, a collector. Used by one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bulkhead::control {

struct Delivery {
  enum class State : uint8_t {
    kSent,
    kRefused,  // this message can never go out
    kLater,    // offer the same message again; nothing of it may be taken as sent
  };
  State state = State::kSent;
  std::string error{};  // what was wrong, also where the message went out in the end
};

class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;

  // After kLater, the next message must be the same. Waits a few seconds at most, and not at all
  // once `stop_fd` is readable.
  virtual Delivery deliver(std::string_view message, int stop_fd) = 0;
};

}  // namespace bulkhead::control
