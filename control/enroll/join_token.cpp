// SPDX-License-Identifier: Apache-2.0
#include "enroll/join_token.h"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/secure_wipe.h"
#include "pki/openssl.h"

namespace bulkhead::enroll {

namespace {

constexpr std::string_view kPrefix = "bh1.";
constexpr size_t kTokenBytes = 16 + 32 + identity::kDigestBytes;
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";  // RFC 4648 5
constexpr std::string_view kContext = "bulkhead enroll token proof v1";

using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, pki::FreeWith<EVP_MD_CTX_free>>;

std::string base64url(std::span<const uint8_t> bytes) {
  std::string text;
  uint32_t bits = 0;
  int count = 0;
  for (const uint8_t byte : bytes) {
    bits = (bits << 8) | byte;
    for (count += 8; count >= 6; count -= 6) text += kAlphabet[(bits >> (count - 6)) & 63];
  }
  if (count > 0) text += kAlphabet[(bits << (6 - count)) & 63];
  return text;
}

// Nothing: a character that is not of the alphabet, or bits left over that are not zero.
std::optional<std::vector<uint8_t>> from_base64url(std::string_view text) {
  std::vector<uint8_t> bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return {};
    bits = (bits << 6) | static_cast<uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<uint8_t>(bits >> count));
    bits &= (1u << count) - 1;
  }
  if (count >= 6 || bits != 0) return {};
  return bytes;
}

Error invalid(const char* what) {
  return Error{ErrorCode::kInvalid, std::string("the join token ") + what};
}

std::vector<uint8_t> message_of(const mesh::TokenId& id, const ProofSubject& subject) {
  std::vector<uint8_t> message(kContext.begin(), kContext.end());
  const auto put = [&](std::span<const uint8_t> part) {
    message.insert(message.end(), part.begin(), part.end());
  };
  put(id);
  put(subject.channel);
  message.push_back(static_cast<uint8_t>(subject.gateway.size()));
  put({reinterpret_cast<const uint8_t*>(subject.gateway.data()), subject.gateway.size()});
  std::array<uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256(subject.request.data(), subject.request.size(), digest.data());
  put(digest);
  return message;
}

pki::KeyPtr key_of(const TokenSecret& secret) {
  return pki::KeyPtr{
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret.data(), secret.size())};
}

}  // namespace

JoinToken::~JoinToken() {
  secure_wipe(secret.data(), secret.size());
}

Result<JoinToken> make_token(const identity::SpkiDigest& root) {
  JoinToken token;
  token.root = root;
  if (RAND_bytes(token.id.data(), static_cast<int>(token.id.size())) != 1 ||
      RAND_priv_bytes(token.secret.data(), static_cast<int>(token.secret.size())) != 1)
    return pki::openssl_error("make a join token");
  return token;
}

std::string to_string(const JoinToken& token) {
  std::array<uint8_t, kTokenBytes> bytes{};
  auto* at = std::ranges::copy(token.id, bytes.begin()).out;
  at = std::ranges::copy(token.secret, at).out;
  std::ranges::copy(token.root.bytes, at);
  std::string text = std::string(kPrefix) + base64url(bytes);
  secure_wipe(bytes.data(), bytes.size());
  return text;
}

Result<JoinToken> parse_token(std::string_view text) {
  if (!text.starts_with(kPrefix)) return invalid("does not begin with bh1.");
  text.remove_prefix(kPrefix.size());
  if (text.size() != (kTokenBytes * 8 + 5) / 6)
    return invalid("has the wrong length: was all of it copied?");
  auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != kTokenBytes) return invalid("holds characters that no token has");
  JoinToken token;
  const auto part = [&](size_t from, size_t size) { return std::span(*bytes).subspan(from, size); };
  std::ranges::copy(part(0, 16), token.id.begin());
  std::ranges::copy(part(16, 32), token.secret.begin());
  std::ranges::copy(part(48, 32), token.root.bytes.begin());
  secure_wipe(bytes->data(), bytes->size());
  return token;
}

std::string id_text(const mesh::TokenId& id) {
  std::array<uint8_t, identity::kDigestBytes> padded{};
  std::ranges::copy(id, padded.begin());
  return identity::digest_text(padded).substr(0, 2 * id.size());
}

Result<mesh::TokenId> parse_id(std::string_view text) {
  mesh::TokenId id{};
  if (text.size() != 2 * id.size())
    return Error{ErrorCode::kInvalid, "a token's id is 32 hexadecimal digits"};
  const auto padded = identity::parse_digest(std::string(text) + std::string(32, '0'));
  if (!padded) return Error{ErrorCode::kInvalid, "a token's id is 32 hexadecimal digits"};
  std::copy_n(padded->begin(), id.size(), id.begin());
  return id;
}

Result<TokenVerifier> verifier_of(const JoinToken& token) {
  TokenVerifier verifier{};
  size_t size = verifier.size();
  const pki::KeyPtr key = key_of(token.secret);
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), verifier.data(), &size) != 1)
    return pki::openssl_error("make a join token");
  return verifier;
}

Result<mesh::TokenProof> prove(const JoinToken& token, const ProofSubject& subject) {
  const std::vector<uint8_t> message = message_of(token.id, subject);
  mesh::TokenProof proof{};
  size_t size = proof.size();
  const pki::KeyPtr key = key_of(token.secret);
  const DigestContextPtr context{EVP_MD_CTX_new()};
  if (!key || !context ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), proof.data(), &size, message.data(), message.size()) != 1)
    return pki::openssl_error("prove the join token");
  return proof;
}

bool proven(const TokenVerifier& verifier, const mesh::TokenId& id, const ProofSubject& subject,
            const mesh::TokenProof& proof) {
  const std::vector<uint8_t> message = message_of(id, subject);
  const pki::KeyPtr key{
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, verifier.data(), verifier.size())};
  const DigestContextPtr context{EVP_MD_CTX_new()};
  const bool good =
      key && context &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), proof.data(), proof.size(), message.data(), message.size()) ==
          1;
  if (!good) (void)pki::openssl_error("");  // empties the queue
  return good;
}

}  // namespace bulkhead::enroll
