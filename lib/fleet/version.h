// SPDX-License-Identifier: Apache-2.0
// One version of the policy that the gateways of a fleet share: everything about it but its text,
// which is known by its digest. It is signed by the gateway that made it, so that the store between
// the gateways is believed for order and presence and for nothing else (docs/fleet.md).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bulkhead::fleet {

inline constexpr size_t kMaxGateway = 63;  // bytes; these texts are printable UTF-8
inline constexpr size_t kMaxAuthor = 512;
inline constexpr size_t kMaxComment = 2048;
inline constexpr size_t kMaxAction = 63;
inline constexpr size_t kMaxGrantName = 63;
inline constexpr size_t kMaxGrantYaml = 64u << 10;
inline constexpr size_t kMaxGrants = 4096;
inline constexpr size_t kMaxStatement = 1000u << 10;  // of an encoded version: etcd takes 1.5 MiB
inline constexpr uint64_t kMaxNumber = (uint64_t{1} << 63) - 1;

// A grant beside the policy, as the gateway took it that added it.
struct Grant {
  std::string name;
  std::string yaml;
  std::string author;
  int64_t added_wall_ns = 0;
  int64_t until_wall_ns = 0;
  bool operator==(const Grant&) const = default;
};

// Unless somebody confirms the version in time, `former` comes back.
struct Trial {
  uint64_t former = 0;  // number; the last version that was not on trial
  uint64_t window_ns = 0;
  int64_t deadline_wall_ns = 0;
  bool operator==(const Trial&) const = default;
};

struct Version {
  uint64_t number = 0;  // from 1, strictly increasing
  int64_t at_wall_ns = 0;
  std::string gateway;         // that made it
  std::string author;          // who asked it to
  std::string authentication;  // how that gateway knew the author
  std::string action;          // as in the audit log: "policy.apply"
  std::string comment;
  std::array<uint8_t, 32> text{};  // SHA-256 of the policy as written
  uint64_t text_bytes = 0;
  std::vector<Grant> grants;  // by name, each once
  std::optional<Trial> trial;
  bool confirmed = false;  // it was on trial, and is no longer
  bool operator==(const Version&) const = default;
};

// Of a text that people see: no longer than that, and without control characters. Errors: kInvalid.
Status check_text(const char* what, const std::string& text, size_t most);

// A statement as bytes, the certificate chain of its gateway (DER, leaf first) and the signature
// over message_of().
struct SignedStatement {
  std::vector<uint8_t> statement;
  std::vector<std::vector<uint8_t>> chain;
  std::vector<uint8_t> signature;
  bool operator==(const SignedStatement&) const = default;
};

// Form only: bounds, order, what excludes what. Errors: kInvalid, kExhausted with what is wrong.
Status check(const Version& version);

// What is signed: a context, so that the signature can mean nothing else, and the statement.
inline constexpr std::string_view kVersionContext = "bulkhead fleet version 1";
inline constexpr std::string_view kOrderContext = "bulkhead fleet order 1";
std::vector<uint8_t> message_of(std::string_view context, std::span<const uint8_t> statement);

}  // namespace bulkhead::fleet
