// SPDX-License-Identifier: Apache-2.0
#include "fleet/policy_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "image/verifier.h"
#include "policy/yaml.h"

namespace bulkhead::control {

namespace {

constexpr size_t kMaxKeys = 4096;

}  // namespace

TextDigest text_digest(const std::string& text) {
  return image::digest_of({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

std::string PolicyTexts::prefix_of(const TextDigest& digest) const {
  return fmt::format("{}{:02x}/", prefix_, fmt::join(digest, ""));
}

std::vector<std::string> PolicyTexts::keys(const TextDigest& digest, uint64_t bytes) const {
  std::vector<std::string> out;
  const std::string prefix = prefix_of(digest);
  for (uint64_t at = 0; at == 0 || at < bytes; at += kPiece)
    out.push_back(fmt::format("{}{:04}", prefix, at / kPiece));
  return out;
}

Status PolicyTexts::put(const std::string& text) {
  const TextDigest digest = text_digest(text);
  const auto there = etcd_.list(prefix_of(digest), kMaxKeys, true);
  if (!there) return there.error();
  size_t at = 0;
  for (const std::string& key : keys(digest, text.size())) {
    const bool known = std::ranges::find(*there, key, &EtcdValue::key) != there->end();
    if (!known)
      if (Status done = etcd_.put(key, text.substr(at, kPiece), 0); !done) return done;
    at += kPiece;
  }
  return {};
}

Result<std::string> PolicyTexts::get(const TextDigest& digest, uint64_t bytes) {
  if (bytes > policy::kMaxPolicyBytes)
    return Error{ErrorCode::kInvalid, "the fleet's policy is longer than 64 MiB"};
  std::string text;
  for (const std::string& key : keys(digest, bytes)) {
    const auto piece = etcd_.get(key);
    if (!piece) return piece.error();
    if (!piece->has_value())
      return Error{ErrorCode::kNotFound,
                   "a piece of the fleet's policy is not in the store: " + key};
    text += (*piece)->value;
    if (text.size() > bytes) break;
  }
  if (text.size() == bytes && text_digest(text) == digest) return text;
  return Error{
      ErrorCode::kInvalid,
      "the fleet's policy in the store is not the one that was signed: " + prefix_of(digest)};
}

Result<std::vector<std::string>> PolicyTexts::all() {
  const auto keys = etcd_.list(prefix_, kMaxKeys, true);
  if (!keys) return keys.error();
  std::set<std::string> out;
  for (const EtcdValue& each : *keys) out.insert(each.key.substr(0, each.key.rfind('/') + 1));
  return std::vector<std::string>(out.begin(), out.end());
}

}  // namespace bulkhead::control
