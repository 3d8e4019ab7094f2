// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/file.h"
#include "pki/certificate.h"
#include "pki/init_command.h"
#include "pki/key.h"
#include "pki/subject.h"

namespace bulkhead::pki {

namespace {

constexpr std::time_t kNow = 1'800'000'000;

// A directory of its own, removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    char name[] = "/tmp/bulkhead-pki-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

InitOptions options_in(const TemporaryDirectory& dir) {
  InitOptions options;
  options.gateway = "gw-a";
  options.directory = dir / "etc";
  options.pki = dir / "pki";
  options.underlay = "172.16.0.1/24";
  options.zones = {"cell=z0"};
  options.peers = {"gw-b=172.16.0.2"};
  options.run_directory = dir / "run";
  options.state_directory = dir / "state";
  return options;
}

mode_t mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777;
}

CertificatePtr first_of(const std::string& path) {
  auto chain = read_certificates(path);
  REQUIRE(chain.ok());
  return std::move(chain->front());
}

// X509_V_OK or the reason, as a TLS peer would judge at kNow.
int verify(const std::string& chain_file, const std::string& roots_file, int purpose) {
  auto chain = read_certificates(chain_file);
  auto roots = read_certificates(roots_file);
  REQUIRE((chain.ok() && roots.ok()));
  const std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>> store{X509_STORE_new()};
  for (const auto& root : *roots) X509_STORE_add_cert(store.get(), root.get());
  STACK_OF(X509)* others = sk_X509_new_null();
  for (size_t i = 1; i < chain->size(); ++i) sk_X509_push(others, (*chain)[i].get());
  const std::unique_ptr<X509_STORE_CTX, FreeWith<X509_STORE_CTX_free>> context{
      X509_STORE_CTX_new()};
  X509_STORE_CTX_init(context.get(), store.get(), chain->front().get(), others);
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, kNow);
  X509_VERIFY_PARAM_set_purpose(parameters, purpose);
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  X509_verify_cert(context.get());
  const int reason = X509_STORE_CTX_get_error(context.get());
  sk_X509_free(others);
  return reason;
}

}  // namespace

TEST_CASE("init: a gateway gets credentials that verify for both sides of TLS", "[pki]") {
  const TemporaryDirectory dir;
  const auto report = init(options_in(dir), kNow);
  REQUIRE(report.ok());
  REQUIRE(verify(dir / "etc/gateway.pem", dir / "etc/roots.pem", X509_PURPOSE_SSL_SERVER) ==
          X509_V_OK);
  REQUIRE(verify(dir / "etc/gateway.pem", dir / "etc/roots.pem", X509_PURPOSE_SSL_CLIENT) ==
          X509_V_OK);
  const CertificatePtr leaf = first_of(dir / "etc/gateway.pem");
  REQUIRE(check_usage(leaf.get(), TlsRole::kServer).ok());
  REQUIRE(check_usage(leaf.get(), TlsRole::kClient).ok());
  const auto subject = subject_of(leaf.get());
  REQUIRE(subject.ok());
  REQUIRE(identity::to_string(*subject) == "spiffe://bulkhead/gateway/gw-a");
  REQUIRE(not_after(leaf.get()) == kNow + 397 * 86400);
}

TEST_CASE("init: authorities carry path lengths and secrets are 0600", "[pki]") {
  const TemporaryDirectory dir;
  REQUIRE(init(options_in(dir), kNow).ok());
  REQUIRE(X509_get_pathlen(first_of(dir / "pki/owner-root.pem").get()) == 1);
  REQUIRE(X509_get_pathlen(first_of(dir / "pki/issuing-ca.pem").get()) == 0);
  for (const auto* name :
       {"pki/owner-root.key", "pki/issuing-ca.key", "etc/gateway.key", "etc/image-signing.key"})
    REQUIRE(mode_of(dir / name) == 0600);
  REQUIRE(EVP_PKEY_is_a(read_private_key(dir / "etc/image-signing.key")->get(), "ED25519") == 1);
}

TEST_CASE("init: a second gateway reuses the PKI", "[pki]") {
  const TemporaryDirectory dir;
  REQUIRE(init(options_in(dir), kNow).ok());
  const auto root = digest_of(first_of(dir / "pki/owner-root.pem").get());
  InitOptions second = options_in(dir);
  second.gateway = "gw-b";
  second.directory = dir / "etc-b";
  second.peers = {"gw-a=172.16.0.1"};
  REQUIRE(init(second, kNow).ok());
  REQUIRE(digest_of(first_of(dir / "etc-b/roots.pem").get()) == root);
  REQUIRE(verify(dir / "etc-b/gateway.pem", dir / "etc/roots.pem", X509_PURPOSE_SSL_CLIENT) ==
          X509_V_OK);
}

TEST_CASE("init: with --enroll everything but the credentials is made, and no PKI", "[pki]") {
  const TemporaryDirectory dir;
  InitOptions options = options_in(dir);
  options.enroll = true;
  REQUIRE(init(options, kNow).ok());
  REQUIRE(std::filesystem::exists(dir / "etc/control.yaml"));
  REQUIRE(std::filesystem::exists(dir / "etc/image-signing.key"));
  REQUIRE_FALSE(std::filesystem::exists(dir / "etc/gateway.pem"));
  REQUIRE_FALSE(std::filesystem::exists(dir / "pki"));
  options.operator_name = "ada";
  REQUIRE(init(options, kNow).error().code == ErrorCode::kInvalid);
}

TEST_CASE("init: existing files are refused, and replaced with --force", "[pki]") {
  const TemporaryDirectory dir;
  REQUIRE(init(options_in(dir), kNow).ok());
  const auto before = digest_of(first_of(dir / "etc/gateway.pem").get());
  const auto again = init(options_in(dir), kNow);
  REQUIRE_FALSE(again.ok());
  REQUIRE(again.error().code == ErrorCode::kExists);
  REQUIRE(digest_of(first_of(dir / "etc/gateway.pem").get()) == before);
  InitOptions forced = options_in(dir);
  forced.force = true;
  REQUIRE(init(forced, kNow).ok());
  REQUIRE_FALSE(digest_of(first_of(dir / "etc/gateway.pem").get()) == before);
}

TEST_CASE("init: an incomplete PKI directory is a conflict, never a new root", "[pki]") {
  const TemporaryDirectory dir;
  REQUIRE(init(options_in(dir), kNow).ok());
  std::filesystem::remove(dir / "pki/issuing-ca.key");
  InitOptions second = options_in(dir);
  second.directory = dir / "etc-b";
  const auto report = init(second, kNow);
  REQUIRE_FALSE(report.ok());
  REQUIRE(report.error().code == ErrorCode::kConflict);
}

TEST_CASE("init: an operator's certificate is for TLS clients only", "[pki]") {
  const TemporaryDirectory dir;
  InitOptions options = options_in(dir);
  options.gateway.clear();
  options.operator_name = "ada";
  REQUIRE(init(options, kNow).ok());
  const CertificatePtr leaf = first_of(dir / "etc/operator-ada.pem");
  REQUIRE(identity::to_string(*subject_of(leaf.get())) == "spiffe://bulkhead/role/engineer/ada");
  REQUIRE(check_usage(leaf.get(), TlsRole::kClient).ok());
  REQUIRE_FALSE(check_usage(leaf.get(), TlsRole::kServer).ok());
  REQUIRE_FALSE(std::filesystem::exists(dir / "etc/control.yaml"));
}

TEST_CASE("init: a key that others can read is refused with the remedy", "[pki]") {
  const TemporaryDirectory dir;
  REQUIRE(init(options_in(dir), kNow).ok());
  ::chmod((dir / "etc/gateway.key").c_str(), 0640);
  const auto key = read_private_key(dir / "etc/gateway.key");
  REQUIRE_FALSE(key.ok());
  REQUIRE(key.error().code == ErrorCode::kPermission);
  REQUIRE(key.error().sentence.find("chmod 600") != std::string::npos);
}

TEST_CASE("init: bad options are refused before anything is written", "[pki]") {
  const TemporaryDirectory dir;
  const auto broken = GENERATE(0, 1, 2, 3, 4, 5, 6, 7);
  InitOptions options = options_in(dir);
  if (broken == 0) options.gateway = "gw a";
  if (broken == 1) options.underlay = "";
  if (broken == 2) options.underlay = "172.16.0.300/24";
  if (broken == 3) options.zones = {"cell"};
  if (broken == 4) options.zones = {"cell=z0", "cell=z1"};
  if (broken == 5) options.peers = {"gw-a=172.16.0.2"};
  if (broken == 6) options.peers = {"gw-b=nowhere"};
  if (broken == 7) options.days = 0;
  REQUIRE_FALSE(init(options, kNow).ok());
  REQUIRE_FALSE(std::filesystem::exists(dir / "etc"));
}

TEST_CASE("init: the start-up files are YAML with the fields asked for", "[pki]") {
  const TemporaryDirectory dir;
  InitOptions options = options_in(dir);
  options.peers = {"gw-b=172.16.0.2", "gw-6=2001:db8::2"};
  REQUIRE(init(options, kNow).ok());
  const auto control = YAML::LoadFile(dir / "etc/control.yaml");
  REQUIRE(control["gateway"].as<std::string>() == "gw-a");
  REQUIRE(control["handshake_listen"].as<std::string>() == "172.16.0.1:4433");
  REQUIRE(control["peers"][0]["handshake"].as<std::string>() == "172.16.0.2:4433");
  REQUIRE(control["peers"][1]["underlay"].as<std::string>() == "[2001:db8::2]:4500");
  const auto dataplane = YAML::LoadFile(dir / "etc/dataplane.yaml");
  REQUIRE(dataplane["control_socket"].as<std::string>() ==
          control["dataplane_socket"].as<std::string>());
  REQUIRE(dataplane["ports"][0]["address"].as<std::string>() == "172.16.0.1/24");
  REQUIRE(dataplane["ports"][1]["name"].as<std::string>() == "cell");
}

}  // namespace bulkhead::pki
