// SPDX-License-Identifier: Apache-2.0
// What a gateway and the issuer of its certificate say inside TLS (docs/pki.md): one question, one
// answer, then the connection closes. ALPN `bulkhead-enroll/1`.
//
//   0        1        2                 4
//   | version|  type  |  body length    | body ...            all integers big endian
//
// Decoding checks bounds and shapes only: DER inside is opaque here.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wire/fault.h"

namespace bulkhead::mesh {

inline constexpr uint8_t kEnrollVersion = 1;
inline constexpr size_t kEnrollHeader = 4;
inline constexpr size_t kMaxEnrollName = 63;
inline constexpr size_t kMaxEnrollText = 255;
inline constexpr size_t kMaxRequestDer = 4096;      // a P-256 request is about 300 bytes
inline constexpr size_t kMaxCertificateDer = 4096;  // each
inline constexpr size_t kMaxCertificates = 4;       // in each list
inline constexpr size_t kMaxEnrollBody = 3 * (kMaxCertificates * (kMaxCertificateDer + 2) + 1);
inline constexpr size_t kMaxEnrollFrame = kEnrollHeader + kMaxEnrollBody;
static_assert(kMaxEnrollBody <= 0xffff);

using TokenId = std::array<uint8_t, 16>;
using TokenProof = std::array<uint8_t, 64>;  // Ed25519 signature (RFC 8032)
using Der = std::vector<uint8_t>;

// Without a client certificate.
struct JoinRequest {
  TokenId token{};
  TokenProof proof{};   // by the token's secret, over this TLS connection, the name and the request
  std::string gateway;  // the name it wants
  Der request;          // PKCS#10
  bool operator==(const JoinRequest&) const = default;
};
// With one: the name is the certificate's.
struct RenewRequest {
  Der request;
  bool operator==(const RenewRequest&) const = default;
};
struct Issued {
  std::vector<Der> chain;         // leaf, then its authorities without the root; 1..4
  std::vector<Der> anchors;       // roots; 1..4
  std::vector<Der> endorsements;  // a root's key certified by another root; 0..4
  bool operator==(const Issued&) const = default;
};
enum class EnrollRefusalCode : uint8_t {
  kProtocol = 1,  // a message that cannot be
  kToken,         // unknown, used, expired, cancelled, or not proven: which is not told
  kName,          // the token or the record is for another name
  kRequest,       // the signing request is not acceptable
  kUnknown,       // renewal of a certificate the issuer has no record of
  kDenied,        // a deny record names it
  kExpired,       // beyond the grace period
  kBusy,          // try again later
  kInternal,
};
struct EnrollRefusal {
  EnrollRefusalCode code = EnrollRefusalCode::kProtocol;
  std::string text;
  bool operator==(const EnrollRefusal&) const = default;
};

using EnrollMessage = std::variant<JoinRequest, RenewRequest, Issued, EnrollRefusal>;

std::string_view name_of(const EnrollMessage& message) noexcept;
std::string_view to_string(EnrollRefusalCode code) noexcept;

// Texts longer than their limit are cut; names, DER and lists beyond theirs are refused: empty.
std::vector<uint8_t> encode(const EnrollMessage& message);

struct DecodedEnroll {
  EnrollMessage message;
  size_t bytes = 0;  // of the frame, to be taken off the front of the input
};
// NeedMore: the frame is not complete yet.
wire::Parsed<DecodedEnroll> decode_enroll(std::span<const uint8_t> bytes);

}  // namespace bulkhead::mesh
