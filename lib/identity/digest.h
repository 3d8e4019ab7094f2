// SPDX-License-Identifier: Apache-2.0
// SHA-256 digests that name credentials. Two types, so that the digest of a certificate is never
// compared with that of a key. Both are public values: they may be logged.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bulkhead::identity {

inline constexpr size_t kDigestBytes = 32;

template <typename Tag>
struct Digest {
  std::array<uint8_t, kDigestBytes> bytes{};
  constexpr auto operator<=>(const Digest&) const noexcept = default;
};

// Over the whole certificate in DER.
using CertificateDigest = Digest<struct CertificateDigestTag>;
// Over SubjectPublicKeyInfo in DER (RFC 5280 4.1): stays the same when a key gets a new
// certificate.
using SpkiDigest = Digest<struct SpkiDigestTag>;

// 64 lower-case hexadecimal digits.
std::string digest_text(const std::array<uint8_t, kDigestBytes>& bytes);
Result<std::array<uint8_t, kDigestBytes>> parse_digest(std::string_view text);

template <typename Tag>
std::string to_string(const Digest<Tag>& digest) {
  return digest_text(digest.bytes);
}

}  // namespace bulkhead::identity
