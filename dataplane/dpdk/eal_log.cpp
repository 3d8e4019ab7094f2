// SPDX-License-Identifier: Apache-2.0
#include "dpdk/eal_log.h"

#include <rte_log.h>

#include <utility>

namespace bulkhead::dataplane {

EalLog::EalLog(Sink sink) : sink_(std::move(sink)) {
  const cookie_io_functions_t io = {
      .read = nullptr, .write = &EalLog::write, .seek = nullptr, .close = nullptr};
  stream_ = fopencookie(this, "w", io);
  if (stream_ == nullptr) return;  // EAL then writes to stdout and syslog by itself
  setvbuf(stream_, nullptr, _IOLBF, 0);
  rte_openlog_stream(stream_);
}

EalLog::~EalLog() {
  if (stream_ == nullptr) return;
  rte_openlog_stream(nullptr);
  std::fclose(stream_);
}

std::deque<std::string> EalLog::take() {
  if (stream_ != nullptr) std::fflush(stream_);
  const std::lock_guard lock(mutex_);
  return std::exchange(kept_, {});
}

ssize_t EalLog::write(void* self, const char* bytes, size_t size) {
  static_cast<EalLog*>(self)->append({bytes, size});
  return static_cast<ssize_t>(size);
}

void EalLog::append(std::string_view text) {
  const std::lock_guard lock(mutex_);
  for (const char c : text) {
    if (c == '\n')
      end_line();
    else if (partial_.size() < kMaxLine)
      partial_.push_back(c);
  }
}

void EalLog::end_line() {
  if (partial_.empty()) return;
  sink_(partial_);
  kept_.push_back(std::exchange(partial_, {}));
  if (kept_.size() > kKept) kept_.pop_front();
}

}  // namespace bulkhead::dataplane
