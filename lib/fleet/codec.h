// SPDX-License-Identifier: Apache-2.0
// A fleet's version as bytes, big endian, lengths before texts:
//
//   statement: "BLHKFLV1" | u64 number | i64 at | text gateway, author, authentication, action,
//              comment | 32 text digest | u64 text bytes
//              | u8 1 = on trial, 2 = confirmed, 0 neither | [1: u64 former | u64 window
//              | i64 deadline] | u16 n, n x { text name, text yaml, text author, i64 added,
//              i64 until }
//   signed:    "BLHKFLS1" | u32 + statement | u8 n, n x { u16 + DER } | u16 + signature
//   text:      u32 + bytes
//
// Canonical: one value has one encoding, and every accepted input is one.
#pragma once

#include <span>

#include "fleet/version.h"
#include "wire/fault.h"

namespace bulkhead::fleet {

inline constexpr size_t kMaxChain = 4;
inline constexpr size_t kMaxCertificate = 4096;
inline constexpr size_t kMaxSignature = 144;  // ECDSA P-521 in DER, rounded up
inline constexpr size_t kMaxSigned =
    8 + 4 + kMaxStatement + 1 + kMaxChain * (2 + kMaxCertificate) + 2 + kMaxSignature;

// Errors: those of check(); kExhausted: longer than kMaxStatement.
Result<std::vector<uint8_t>> encode(const Version& version);
// kInvalid: a part breaks a bound above.
Result<std::vector<uint8_t>> encode(const SignedStatement& version);

// The whole input is one; never NeedMore. What they give, check() finds good.
wire::Parsed<Version> decode_version(std::span<const uint8_t> bytes);
// Without a look at the statement.
wire::Parsed<SignedStatement> decode_signed(std::span<const uint8_t> bytes);

}  // namespace bulkhead::fleet
