// SPDX-License-Identifier: Apache-2.0
// A real etcd on loopback, in a directory of its own, which tests stop and start.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "control_fixture.h"
#include "fleet/etcd_client.h"

namespace bulkhead::control {

class RunningEtcd {
 public:
  RunningEtcd();
  ~RunningEtcd();

  void start();   // returns when it answers
  void stop();    // SIGKILL
  void forget();  // stopped, and all it knew is gone
  [[nodiscard]] EtcdEndpoint endpoint() const;

 private:
  ScratchDirectory directory_;
  const uint16_t port_;
  const uint16_t peer_port_;
  pid_t pid_ = 0;
};

}  // namespace bulkhead::control
