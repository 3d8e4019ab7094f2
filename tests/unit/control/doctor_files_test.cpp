// SPDX-License-Identifier: Apache-2.0
// The checks of certificates and secrets, against what `bulkhead init` makes.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "doctor_fixture.h"
#include "pki/init_command.h"
#include "pki/key.h"

namespace bulkhead::doctor {
namespace {

using Catch::Matchers::Contains;

constexpr std::time_t kNow = 1'800'000'000;
constexpr std::time_t kDay = 86'400;

// A gateway with credentials of `days`, made now.
struct Initialised : Gateway {
  explicit Initialised(uint32_t days = 100) {
    pki::InitOptions options;
    options.gateway = "gw-a";
    options.directory = root + "/etc";
    options.pki = root + "/pki";
    options.underlay = "172.16.0.1/24";
    options.run_directory = root + "/run";
    options.state_directory = root + "/state";
    options.days = days;
    REQUIRE(pki::init(options, kNow).ok());
    auto config = control::load_config(root + "/etc/control.yaml");
    REQUIRE(config.ok());
    patient.control = *config;
    after(0);
  }
  void after(std::time_t days) {
    patient.machine.now = [days] { return kNow + days * kDay; };
  }
  Finding certificate() const { return look_at_certificates(patient).at(0); }
  Finding roots() const { return look_at_certificates(patient).at(1); }
  Finding key() const { return look_at_certificates(patient).at(2); }
  std::string path(const char* name) const { return root + "/etc/" + name; }
};

}  // namespace

TEST_CASE("doctor: fresh credentials are well, and their end is told early", "[doctor][pki]") {
  Initialised gateway;
  CHECK(gateway.certificate().level == Level::kOk);
  CHECK(gateway.roots().level == Level::kOk);
  CHECK(gateway.key().level == Level::kOk);
  gateway.after(80);
  CHECK(gateway.certificate().level == Level::kWarn);
  gateway.after(95);
  CHECK(gateway.certificate().level == Level::kBad);
  gateway.after(101);
  CHECK(gateway.certificate().saw == "has ended");
  gateway.after(-1);
  CHECK_THAT(gateway.certificate().saw, Contains("future"));
}

TEST_CASE("doctor: roots of somebody else do not vouch for the certificate", "[doctor][pki]") {
  const Initialised gateway;
  const Initialised other;
  std::filesystem::copy_file(other.path("roots.pem"), gateway.path("roots.pem"),
                             std::filesystem::copy_options::overwrite_existing);
  CHECK(gateway.roots().level == Level::kBad);
  std::filesystem::remove(gateway.path("roots.pem"));
  CHECK(gateway.roots().level == Level::kBad);
}

TEST_CASE("doctor: a key that is not the certificate's, is bad", "[doctor][pki]") {
  const Initialised gateway;
  const auto key = pki::generate_p256();
  REQUIRE(pki::write_private_key(gateway.path("gateway.key"), key->get()).ok());
  CHECK(gateway.key().level == Level::kBad);
  CHECK_THAT(gateway.key().saw, Contains("not the certificate's"));
}

TEST_CASE("doctor: secrets that others reach are bad, and so are directories open to all",
          "[doctor][pki]") {
  const Initialised gateway;
  for (const Finding& finding : look_at_secrets(gateway.patient))
    CHECK(finding.level == Level::kOk);
  REQUIRE(::chmod(gateway.path("image-signing.key").c_str(), 0640) == 0);
  const Finding found = look_at_secrets(gateway.patient).front();
  CHECK(found.level == Level::kBad);
  CHECK_THAT(found.advice, Contains("chmod 600"));
  REQUIRE(::chmod(gateway.path("image-signing.key").c_str(), 0600) == 0);
  REQUIRE(::chmod(gateway.path("").c_str(), 0777) == 0);
  CHECK(look_at_secrets(gateway.patient).back().level == Level::kBad);
}

}  // namespace bulkhead::doctor
