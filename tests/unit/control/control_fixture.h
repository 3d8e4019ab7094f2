// SPDX-License-Identifier: Apache-2.0
// What the tests of control stand on: a directory of their own, a policy, and a dataplane at the
// seam of DataplaneLink that takes or refuses images as a test says.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "pdp/policy_administrator.h"
#include "push/dataplane_link.h"
#include "store/audit_log.h"

namespace bulkhead::control {

class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

class SetClock final : public Clock {
 public:
  Now now() const noexcept override { return {steady_ns, wall_ns}; }
  void advance(uint64_t ns) {
    steady_ns += ns;
    wall_ns += static_cast<int64_t>(ns);
  }
  std::atomic<uint64_t> steady_ns = 1;
  std::atomic<int64_t> wall_ns = 1'700'000'000'000'000'000;
};

// Verifies every image for real, with the key below, as a dataplane does.
class ImageTaker final : public DataplaneLink {
 public:
  void add_listener(Listener) override {}
  Result<ipc::Body> ask(ipc::Body question, int fd) override;
  [[nodiscard]] std::optional<ipc::Hello> connected() const override;

  explicit ImageTaker(std::string gateway = "gw-a") : gateway_(std::move(gateway)) {}

  bool present = true;
  std::string refusal;              // not empty: the next images are refused with it
  ipc::Hello hello;                 // generation and digest in force
  std::vector<uint64_t> installed;  // generations, in order

 private:
  const std::string gateway_;
  mutable std::mutex mutex_;
};

SigningKey test_key();
image::PublicKey test_public_key();
std::unique_ptr<AuditLog> open_audit(const std::string& path, const SigningKey& key);
std::string policy_yaml(uint32_t last_holding = 199);

// A store, a dataplane and an administrator between them.
struct Plant {
  explicit Plant(const std::string& gateway = "gw-a");
  ApplyOutcome apply(const std::string& yaml, std::optional<uint64_t> expected = {});

  ScratchDirectory directory;
  SetClock clock;
  ImageTaker dataplane;
  SigningKey key = test_key();
  std::unique_ptr<VersionStore> store;
  std::unique_ptr<AuditLog> audit;
  PolicyAdministrator policies;
};

}  // namespace bulkhead::control
