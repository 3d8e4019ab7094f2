// SPDX-License-Identifier: Apache-2.0
#include "metrics/gateway_facts.h"

#include <chrono>
#include <filesystem>

#include "push/whole_status.h"

namespace bulkhead::control {

namespace {

constexpr std::chrono::seconds kInterval{2};

}  // namespace

GatewayFactsWatch::GatewayFactsWatch(Parts& parts, std::function<int64_t()> certificate_not_after)
    : parts_(parts), certificate_not_after_(std::move(certificate_not_after)) {}

void GatewayFactsWatch::start() {
  thread_ = std::thread([this] { run(); });
}

void GatewayFactsWatch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_signal_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void GatewayFactsWatch::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    read();
    lock.lock();
    stop_signal_.wait_for(lock, kInterval, [this] { return stopping_; });
  }
}

void GatewayFactsWatch::read() {
  GatewayFacts now;
  read_policy(now);
  read_dataplane(now);
  now.peers_configured = parts_.mesh.configured().size();
  now.peers = parts_.mesh.peers();
  now.certificate_not_after = certificate_not_after_();
  std::error_code ignored;
  const std::uintmax_t bytes = std::filesystem::file_size(parts_.config.store, ignored);
  now.store_bytes = ignored ? 0 : bytes;
  now.read_steady_ns = parts_.clock.now().steady_ns;
  const std::lock_guard lock(mutex_);
  facts_ = std::move(now);
}

void GatewayFactsWatch::read_policy(GatewayFacts& out) {
  out.push_failed = !parts_.policies.last_push_error().empty();
  if (auto current = parts_.policies.store().current(false); current && current->has_value()) {
    out.stored_generation = (*current)->generation;
    out.stored_digest = (*current)->digest;
  }
  if (auto trial = parts_.policies.on_trial(); trial) out.on_trial = trial->has_value();
  if (auto newest = parts_.policies.audit().list(1, 0); newest && !newest->empty())
    out.audit_entries = newest->front().number;
}

void GatewayFactsWatch::read_dataplane(GatewayFacts& out) {
  auto status = whole_status(parts_.link);
  out.hello = parts_.link.connected();
  if (!status) out.hello.reset();
  if (!out.hello) return;
  out.dataplane = std::move(*status);
  out.in_step = out.stored_generation != 0 && out.stored_digest == out.dataplane.digest;
}

GatewayFacts GatewayFactsWatch::facts() const {
  const std::lock_guard lock(mutex_);
  return facts_;
}

}  // namespace bulkhead::control
