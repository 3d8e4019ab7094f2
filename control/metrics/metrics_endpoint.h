// SPDX-License-Identifier: Apache-2.0
// The Prometheus endpoint: GET /metrics over plain HTTP, without a password.
#pragma once

#include <prometheus/collectable.h>

#include <memory>
#include <vector>

#include "base/address.h"
#include "base/result.h"

namespace prometheus {
class Exposer;
}

namespace bulkhead::control {

class MetricsEndpoint {
 public:
  using Sources = std::vector<std::shared_ptr<prometheus::Collectable>>;

  // What the sources stand on outlives it. Errors: kIo, when it cannot listen.
  static Result<std::unique_ptr<MetricsEndpoint>> start(const Endpoint& listen, Sources sources);
  ~MetricsEndpoint();
  MetricsEndpoint(const MetricsEndpoint&) = delete;
  MetricsEndpoint& operator=(const MetricsEndpoint&) = delete;

  [[nodiscard]] uint16_t port() const;

 private:
  MetricsEndpoint(Sources sources, std::unique_ptr<prometheus::Exposer> exposer);

  const Sources sources_;  // the exposer has weak pointers
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace bulkhead::control
