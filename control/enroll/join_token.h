// SPDX-License-Identifier: Apache-2.0
// A one-time join token: what an operator carries to a new gateway.
//
//   bh1.<base64url without padding of: id (16) | secret (32) | SHA-256 of the owner root's SPKI
//   (32)>
//
// The secret is an Ed25519 seed (RFC 8032 5.1.5): the issuer keeps only its public key, and the
// gateway proves that it has it by a signature over the TLS connection, the name and the request.
// So neither a copy of the issuer's store nor a gateway in the middle can use a token.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "identity/digest.h"
#include "mesh/enroll_message.h"

namespace bulkhead::enroll {

using TokenSecret = std::array<uint8_t, 32>;
using TokenVerifier = std::array<uint8_t, 32>;   // Ed25519 public key: not secret
using ChannelBinding = std::array<uint8_t, 32>;  // of one TLS connection, the same on both sides

struct JoinToken {
  mesh::TokenId id{};
  TokenSecret secret{};
  identity::SpkiDigest root;  // the server's chain must end there

  JoinToken() = default;
  JoinToken(const JoinToken&) = default;
  JoinToken& operator=(const JoinToken&) = default;
  ~JoinToken();  // wipes the secret
};

Result<JoinToken> make_token(const identity::SpkiDigest& root);
std::string to_string(const JoinToken& token);
// Errors: kInvalid with what is wrong; the text is not repeated.
Result<JoinToken> parse_token(std::string_view text);
// The id as 32 hexadecimal digits, for lists and logs.
std::string id_text(const mesh::TokenId& id);
Result<mesh::TokenId> parse_id(std::string_view text);

Result<TokenVerifier> verifier_of(const JoinToken& token);

// What the proof covers beside the token.
struct ProofSubject {
  ChannelBinding channel{};
  std::string_view gateway;
  std::span<const uint8_t> request;  // PKCS#10 in DER
};
Result<mesh::TokenProof> prove(const JoinToken& token, const ProofSubject& subject);
bool proven(const TokenVerifier& verifier, const mesh::TokenId& id, const ProofSubject& subject,
            const mesh::TokenProof& proof);

}  // namespace bulkhead::enroll
