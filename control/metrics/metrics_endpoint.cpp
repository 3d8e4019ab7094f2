// SPDX-License-Identifier: Apache-2.0
#include "metrics/metrics_endpoint.h"

#include <prometheus/exposer.h>

#include <exception>
#include <string>

namespace bulkhead::control {

namespace {

// Options of civetweb. A scrape takes milliseconds; who sends half a request is hung up on.
constexpr const char* kThreads = "4";
constexpr const char* kTimeoutMs = "5000";

}  // namespace

MetricsEndpoint::MetricsEndpoint(Sources sources, std::unique_ptr<prometheus::Exposer> exposer)
    : sources_(std::move(sources)), exposer_(std::move(exposer)) {
  for (const auto& source : sources_) exposer_->RegisterCollectable(source);
}

MetricsEndpoint::~MetricsEndpoint() = default;

Result<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::start(const Endpoint& listen,
                                                                Sources sources) {
  try {
    auto exposer = std::make_unique<prometheus::Exposer>(
        std::vector<std::string>{"listening_ports", to_string(listen), "num_threads", kThreads,
                                 "request_timeout_ms", kTimeoutMs});
    return std::unique_ptr<MetricsEndpoint>{
        new MetricsEndpoint(std::move(sources), std::move(exposer))};
  } catch (const std::exception& failed) {
    return Error{ErrorCode::kIo, "metrics_listen: cannot listen at " + to_string(listen) +
                                     ": is the address on this machine, and the port free? (" +
                                     failed.what() + ")"};
  }
}

uint16_t MetricsEndpoint::port() const {
  const std::vector<int> ports = exposer_->GetListeningPorts();
  return ports.empty() ? uint16_t{0} : static_cast<uint16_t>(ports.front());
}

}  // namespace bulkhead::control
