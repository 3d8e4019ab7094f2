// SPDX-License-Identifier: Apache-2.0
// Keeps the own certificate alive: looks at it, renews it at half life against the issuer, raises
// alarms as its life runs out, and says when new files are to be taken up. One thread.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "base/clock.h"
#include "enroll/credential_files.h"
#include "enroll/renewal_plan.h"
#include "mesh/signal_fd.h"

namespace bulkhead::enroll {

struct RenewalState {
  Validity validity;  // of the leaf in the file
  LifeAlarm alarm = LifeAlarm::kNone;
  bool automatic = false;  // renew: true, and an issuer is named
  std::time_t due = 0;     // 0: not automatic
  std::time_t last_try = 0;
  std::time_t last_success = 0;
  std::time_t next_try = 0;
  uint64_t renewals = 0;
  uint64_t failures = 0;   // since the last success
  std::string last_error;  // empty: none
};

class Renewer {
 public:
  struct Plan {
    CredentialPaths paths;
    identity::SpiffeId subject;
    std::optional<Endpoint> issuer;  // none: alarms only
    std::function<std::time_t()> now;
    std::function<std::optional<std::string>(const STACK_OF(X509)*)> denied;
    // New files are there. An error is shown and tried again.
    std::function<Status()> take_up;
    // Once per certificate and step.
    std::function<void(LifeAlarm, const std::string& sentence)> alarm;
    std::function<void(const std::string& sentence)> note;  // successes and failures, for the log
  };
  Renewer(Plan plan, const Clock& clock);
  ~Renewer() { stop(); }
  Renewer(const Renewer&) = delete;
  Renewer& operator=(const Renewer&) = delete;

  void start();
  void stop();
  // Renews now, without waiting for half life. kUnsupported: not automatic.
  Status renew_soon();
  [[nodiscard]] RenewalState state() const;

 private:
  void run();
  void look();
  void try_now();
  Status renew_once();
  [[nodiscard]] int pause_ms() const;

  Plan plan_;
  const Clock& clock_;
  control::SignalFd stop_;
  control::SignalFd wake_;
  std::minstd_rand random_{std::random_device{}()};
  double jitter_ = 0.5;
  mutable std::mutex mutex_;
  RenewalState state_;
  bool asked_ = false;
  bool untaken_ = false;  // take_up() failed: again
  std::thread thread_;
};

}  // namespace bulkhead::enroll
