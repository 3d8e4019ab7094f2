// SPDX-License-Identifier: Apache-2.0
// What the tests of enrolment stand on: an owner's PKI in a directory, an issuer over a store, and
// a listener on loopback. The wall clock is the test's.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/clock.h"
#include "enroll/credential_files.h"
#include "enroll/enroll_client.h"
#include "enroll/enroll_listener.h"
#include "enroll/issuer.h"

namespace bulkhead::enroll {

// Steady time is real, wall time is set.
class WallClock final : public Clock {
 public:
  Now now() const noexcept override {
    return {SystemClock().now().steady_ns, wall_s.load() * 1'000'000'000};
  }
  std::atomic<int64_t> wall_s{1'800'000'000};
};

class TestPki {
 public:
  TestPki();
  ~TestPki();
  TestPki(const TestPki&) = delete;
  TestPki& operator=(const TestPki&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] IssuingFiles issuing_files() const;
  [[nodiscard]] CredentialPaths paths(const std::string& gateway) const;

 private:
  std::string path_;
};

// An issuer on loopback.
struct TestIssuer {
  explicit TestIssuer(const TestPki& pki, const std::string& store = "issuer.db",
                      ListenerLimits limits = relaxed());
  static ListenerLimits relaxed();

  [[nodiscard]] Connection connection() const { return {listener->listening(), clock, -1}; }
  JoinToken token(const std::string& gateway, std::time_t life_s = 3600);
  // The last refusal as the issuer's own log has it.
  [[nodiscard]] Outcome last() const { return issuer->last_outcome(); }

  WallClock clock;
  std::string denied;  // not empty: why every chain is denied
  trust::GracePolicy grace = trust::GracePolicy::of_days(30);
  std::unique_ptr<JoinTokens> tokens;
  std::unique_ptr<Issuer> issuer;
  std::unique_ptr<EnrollListener> listener;
};

identity::SpiffeId gateway(const std::string& name);
pki::KeyPtr new_key();
NewCredentials must_join(TestIssuer& issuer, const std::string& name, EVP_PKEY* key);

}  // namespace bulkhead::enroll
