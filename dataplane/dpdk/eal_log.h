// SPDX-License-Identifier: Apache-2.0
// What EAL and the drivers say: each line goes to a sink as it comes, and the newest are kept, to
// be shown when something fails. Drivers complain about harmless things, so this is no operator's
// log.
#pragma once

#include <cstddef>
#include <cstdio>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace bulkhead::dataplane {

class EalLog {
 public:
  using Sink = std::function<void(std::string_view line)>;
  static constexpr size_t kKept = 20;
  static constexpr size_t kMaxLine = 512;

  // Becomes EAL's log stream; one per process, before Eal::start(), destroyed after Eal.
  explicit EalLog(Sink sink);
  ~EalLog();
  EalLog(const EalLog&) = delete;
  EalLog& operator=(const EalLog&) = delete;

  // Takes the kept lines, oldest first.
  std::deque<std::string> take();

 private:
  static ssize_t write(void* self, const char* bytes, size_t size);
  void append(std::string_view text);
  void end_line();

  Sink sink_;
  std::mutex mutex_;  // drivers log from any thread
  std::string partial_;
  std::deque<std::string> kept_;
  FILE* stream_ = nullptr;
};

}  // namespace bulkhead::dataplane
