// SPDX-License-Identifier: Apache-2.0
#include "control_fixture.h"

#include <openssl/evp.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "ipc/sealed_memfd.h"

namespace bulkhead::control {

namespace {

constexpr image::PrivateKey kSeed = {1, 2, 3, 4, 5, 6, 7, 8, 9};

image::PublicKey public_key() {
  EVP_PKEY* key =
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, kSeed.data(), kSeed.size());
  image::PublicKey out{};
  size_t size = out.size();
  EVP_PKEY_get_raw_public_key(key, out.data(), &size);
  EVP_PKEY_free(key);
  return out;
}

std::unique_ptr<VersionStore> open_store(const std::string& path) {
  auto store = VersionStore::open(path);
  if (!store) throw std::runtime_error(store.error().sentence);
  return std::move(*store);
}

}  // namespace

ScratchDirectory::ScratchDirectory() {
  spdlog::set_level(spdlog::level::off);  // standard output is for TAP
  std::string pattern = std::filesystem::temp_directory_path() / "bulkhead-control-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp " + pattern);
  path_ = pattern;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Result<ipc::Body> ImageTaker::ask(ipc::Body question, int fd) {
  const std::lock_guard lock(mutex_);
  if (!present) return Error{ErrorCode::kUnavailable, "the dataplane is not connected"};
  if (std::holds_alternative<ipc::GetStatus>(question)) {
    ipc::DataplaneStatus status;
    status.generation = hello.generation;
    status.digest = hello.digest;
    return ipc::Body{status};
  }
  if (const auto* overlay = std::get_if<ipc::InstallOverlay>(&question))
    return ipc::Body{ipc::OverlayInstalled{overlay->number, 1000, 2000}};
  const auto* image = std::get_if<ipc::InstallImage>(&question);
  if (image == nullptr) return Error{ErrorCode::kUnsupported, "not asked in these tests"};
  if (!refusal.empty()) return Error{ErrorCode::kInvalid, refusal};
  const UniqueFd own{::dup(fd)};
  auto bytes = ipc::SealedBytes::map(own, image::kMaxImageBytes);
  if (!bytes) return std::move(bytes).error();
  if (Status good = image::verify(bytes->bytes(), {public_key(), gateway_}); !good)
    return std::move(good).error();
  if (image->generation <= hello.generation) return Error{ErrorCode::kConflict, "is not newer"};
  hello.generation = image->generation;
  hello.digest = image->digest;
  installed.push_back(image->generation);
  return ipc::Body{ipc::ImageInstalled{image->generation, 1000, 2000}};
}

std::optional<ipc::Hello> ImageTaker::connected() const {
  const std::lock_guard lock(mutex_);
  return present ? std::optional{hello} : std::nullopt;
}

SigningKey test_key() {
  return SigningKey{kSeed};
}

image::PublicKey test_public_key() {
  return public_key();
}

std::unique_ptr<AuditLog> open_audit(const std::string& path, const SigningKey& key) {
  auto audit = AuditLog::open(
      path, [&key](std::span<const uint8_t> message) { return key.sign_message(message); });
  if (!audit) throw std::runtime_error(audit.error().sentence);
  return std::move(*audit);
}

std::string policy_yaml(uint32_t last_holding) {
  return R"yaml(
identities:
  - name: hmi-3
    bind: { gateway: gw-a, port: zone0, mac: "00:1d:9c:00:00:11", ip: 10.30.0.11 }
    labels: { role: hmi }
  - name: plc-7
    bind: { gateway: gw-b, port: zone1, mac: "00:0e:8c:00:00:70", ip: 10.30.0.70 }
    labels: { role: plc }
relationships:
  - name: hmi-operates-plc
    from: { role: hmi }
    to: { role: plc }
    modbus:
      allow:
        - read: { units: [1], holding: ["0-)yaml" +
         std::to_string(last_holding) + R"yaml("] }
        - write: { units: [1], holding: ["100-119"], value: "0..1500" }
)yaml";
}

Plant::Plant(const std::string& gateway)
    : dataplane(gateway),
      store(open_store(directory.file("control.db"))),
      audit(open_audit(directory.file("control.db"), key)),
      policies(gateway, key, *store, *audit, dataplane, clock) {}

ApplyOutcome Plant::apply(const std::string& yaml, std::optional<uint64_t> expected) {
  ApplyRequest request;
  request.yaml = yaml;
  request.author = "alice";
  request.authentication = "certificate spiffe://bulkhead/role/engineer/alice";
  request.expected_generation = expected;
  return policies.apply(request);
}

}  // namespace bulkhead::control
