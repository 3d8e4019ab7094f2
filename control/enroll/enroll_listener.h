// SPDX-License-Identifier: Apache-2.0
// The issuer's ear: TCP, TLS, one question and one answer per connection.
//
// Before any cryptography: a token bucket per source address (of a bounded number of sources), a
// bound on all connections and on those of one source. Each connection has one deadline for all.
// Nothing of a stranger is written to the store before its token is proven.
#pragma once

#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "base/address.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "enroll/enroll_tls.h"
#include "enroll/issuer.h"
#include "mesh/signal_fd.h"
#include "mesh/token_bucket.h"

namespace bulkhead::enroll {

struct ListenerLimits {
  size_t connections = 16;
  size_t per_source = 2;
  size_t sources = 1024;  // remembered; the oldest full bucket is forgotten first
  uint32_t burst = 5;     // connections of one source at once ...
  uint32_t per_minute = 30;
  uint32_t all_per_second = 20;  // of all sources together
  uint64_t deadline_ns = 10'000'000'000;
};

struct ListenerCounters {
  uint64_t limited = 0;  // closed without a byte: bucket, or too many connections
  uint64_t begun = 0;    // TLS begun
  uint64_t failed = 0;   // TLS refused, malformed or too slow
  uint64_t issued = 0;
  uint64_t refused = 0;
};

class EnrollListener {
 public:
  // `issuer` and `clock` outlive it.
  EnrollListener(Issuer& issuer, const Clock& clock, ListenerLimits limits = {});
  ~EnrollListener() { stop(); }
  EnrollListener(const EnrollListener&) = delete;
  EnrollListener& operator=(const EnrollListener&) = delete;

  Status start(const Endpoint& listen);
  void stop();
  [[nodiscard]] Endpoint listening() const noexcept { return listening_; }
  [[nodiscard]] ListenerCounters counters() const;

 private:
  struct Worker {
    IpAddress source;
    std::atomic<bool> done{false};
    std::thread thread;
  };

  void run();
  void take_connections();
  void reap(bool all);
  [[nodiscard]] bool admitted(const IpAddress& source);
  void serve(UniqueFd fd, const IpAddress& source);
  Status converse(UniqueFd fd, const IpAddress& source);

  Issuer& issuer_;
  const Clock& clock_;
  ListenerLimits limits_;
  UniqueFd listener_;
  Endpoint listening_;
  control::SignalFd stop_;
  control::SignalFd finished_;  // a worker ended
  // Of the listening thread only.
  std::map<IpAddress, control::TokenBucket> buckets_;
  control::TokenBucket all_;
  std::list<Worker> workers_;
  std::thread thread_;
  // Relaxed: they order nothing.
  std::atomic<uint64_t> limited_{0}, begun_{0}, failed_{0}, issued_{0}, refused_{0};
};

}  // namespace bulkhead::enroll
