// SPDX-License-Identifier: Apache-2.0
// What people sign to open a break-glass grant: which, where, until when and why. Each signature
// is one Ed25519 signature (RFC 8032) over a context and the encoding of the statement alone, so
// that people sign one after the other without any of them being there for the others.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/verifier.h"

namespace bulkhead::break_glass {

inline constexpr size_t kMaxGateways = 32;
inline constexpr size_t kMaxReason = 256;  // bytes of printable text
inline constexpr size_t kMaxSignatures = 8;
inline constexpr size_t kMaxBytes = 8192;  // of an encoded opening

struct Statement {
  std::string grant;
  std::vector<std::string> gateways;  // that may obey it; ascending, at least one
  int64_t until_wall_ns = 0;          // exclusive
  std::string reason;
  std::array<uint8_t, 16> nonce{};  // random: what was closed is not opened by the same again
  bool operator==(const Statement&) const = default;
};

struct Signature {
  std::string approver;
  std::array<uint8_t, 64> bytes{};
  bool operator==(const Signature&) const = default;
};

// A statement on its way from one approver to the other, or to a gateway.
struct OpeningRequest {
  Statement statement;
  std::vector<Signature> signatures;  // in the order of signing, each approver once
  bool operator==(const OpeningRequest&) const = default;
};

// Form only: names, counts, order, text. Errors: kInvalid with what is wrong.
Status check(const OpeningRequest& request);

// The bytes that are signed.
std::vector<uint8_t> message_of(const Statement& statement);

// Adds one. Errors: kExists: that approver has signed; kExhausted; kInternal.
Status sign(OpeningRequest& request, const std::string& approver, const image::PrivateKey& key);

}  // namespace bulkhead::break_glass
