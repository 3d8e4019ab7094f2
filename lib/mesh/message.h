// SPDX-License-Identifier: Apache-2.0
// What two gateways' controls say to each other inside TLS (docs/mesh.md). Never keys: those are
// derived on both sides.
//
//   0        1        2                 4
//   | version|  type  |  body length    | body ...            all integers big endian
//
// A frame is at most kMaxFrame bytes; a body that is shorter or longer than its type says is a
// fault. Decoding checks bounds and shapes only; meaning (counts that fit, known peer) is for the
// caller.
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

inline constexpr uint8_t kVersion = 1;
inline constexpr size_t kFrameHeader = 4;
inline constexpr size_t kMaxName = 63;
inline constexpr size_t kMaxText = 255;
inline constexpr size_t kMaxSpis = 1024;
inline constexpr uint16_t kMaxWorkers = 256;
inline constexpr uint32_t kFirstSpi = 256;  // RFC 4303 2.1 reserves 0-255
inline constexpr size_t kMaxBody = 8192;
inline constexpr size_t kMaxFrame = kFrameHeader + kMaxBody;

inline constexpr size_t kMaxDenySigners = 64;
inline constexpr size_t kMaxDenyRecord = 8000;  // as trust::kMaxSignedDenyRecord

using BootNonce = std::array<uint8_t, 16>;
using SignerDigest = std::array<uint8_t, 32>;  // SHA-256 of the signer's SubjectPublicKeyInfo

enum class Suite : uint16_t { kAes256Gcm = 1 };  // ESP: AES-256-GCM, 16-byte ICV, ESN

// First on a connection, both ways.
struct Hello {
  std::string gateway;
  BootNonce boot_nonce{};  // of the sender's dataplane
  Suite suite = Suite::kAes256Gcm;
  uint16_t workers = 1;  // of the sender's dataplane
  uint64_t session = 0;  // chosen by the initiator; the responder sends the same
  uint32_t sending_spi =
      0;  // any SPI of the set on which the sender now sends to the receiver; 0: unknown
  bool operator==(const Hello&) const = default;
};
// SPIs on which the sender will receive, at [peer's send worker x own workers + own receive
// worker].
struct Offer {
  std::vector<uint32_t> spis;
  bool operator==(const Offer&) const = default;
};
struct Ready {  // the sender's inbound lanes are installed: the receiver may send on them
  bool operator==(const Ready&) const = default;
};
struct Switched {  // the sender now sends on the new lanes only
  bool operator==(const Switched&) const = default;
};
// After that, at any time:
struct Keepalive {
  BootNonce boot_nonce{};  // of the sender's dataplane; zero while it is away
  bool operator==(const Keepalive&) const = default;
};
enum class RekeyReason : uint8_t {
  kRequested = 1,
  kTime,
  kVolume,  // of an earlier release; understood, no longer sent
  kDataplaneRestart,
  kCertificate,  // the sender has a new certificate
};
struct RekeyRequest {  // responder to initiator: please make a fresh handshake
  RekeyReason reason = RekeyReason::kRequested;
  bool operator==(const RekeyRequest&) const = default;
};
enum class RefusalCode : uint8_t {
  kProtocol = 1,  // a message that cannot be, or a version not spoken
  kNotReady,      // the sender's dataplane is away: try again
  kWrongPeer,     // the name is not the certificate's, or not configured
  kWrongRole,     // the other side initiates: the ends' configurations differ
  kUnsupported,   // suite or lane count
  kInternal,
};
struct Refusal {  // the sender closes after it
  RefusalCode code = RefusalCode::kProtocol;
  std::string text;
  bool operator==(const Refusal&) const = default;
};
// Deny records go from gateway to gateway over these connections (lib/trust/deny_record.h). First
// after an agreement: what the sender holds, per signer the number up to which none is missing. The
// receiver sends what it holds beyond that.
struct DenyNumber {
  SignerDigest signer{};
  uint64_t complete_to = 0;
  bool operator==(const DenyNumber&) const = default;
};
struct DenyHave {
  std::vector<DenyNumber> signers;  // 0..kMaxDenySigners
  bool operator==(const DenyHave&) const = default;
};
struct DenyRecord {            // opaque here
  std::vector<uint8_t> bytes;  // 1..kMaxDenyRecord
  bool operator==(const DenyRecord&) const = default;
};

// The type on the wire is the place here plus one: add at the end only.
using Message = std::variant<Hello, Offer, Ready, Switched, Keepalive, RekeyRequest, Refusal,
                             DenyHave, DenyRecord>;

std::string_view name_of(const Message& message) noexcept;
std::string_view to_string(RefusalCode code) noexcept;
std::string_view to_string(RekeyReason reason) noexcept;

// Names and texts longer than their limit are cut, lists longer than theirs are refused: empty.
std::vector<uint8_t> encode(const Message& message);

struct Decoded {
  Message message;
  size_t bytes = 0;  // of the frame, to be taken off the front of the input
};
// NeedMore: the frame is not complete yet.
wire::Parsed<Decoded> decode(std::span<const uint8_t> bytes);

}  // namespace bulkhead::mesh
