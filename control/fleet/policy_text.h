// SPDX-License-Identifier: Apache-2.0
// Policies as written, in pieces that etcd takes, under the digest of the whole: a text that is
// there is there once, whoever wrote it, and what is read is what was meant.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/result.h"
#include "fleet/etcd_client.h"

namespace bulkhead::control {

using TextDigest = std::array<uint8_t, 32>;  // SHA-256
TextDigest text_digest(const std::string& text);

class PolicyTexts {
 public:
  static constexpr size_t kPiece = 1u << 20;  // etcd's limit of a request is 1.5 MiB

  // `prefix`: of the keys; `etcd` outlives it.
  PolicyTexts(std::string prefix, EtcdClient& etcd) : prefix_(std::move(prefix)), etcd_(etcd) {}

  // Pieces that are there already are not written again.
  Status put(const std::string& text);
  // Errors: kNotFound, a piece is not there; kInvalid, it is another text; those of etcd.
  Result<std::string> get(const TextDigest& digest, uint64_t bytes);

  // For the transaction that refers to the text: it is there, in all its pieces.
  [[nodiscard]] std::vector<std::string> keys(const TextDigest& digest, uint64_t bytes) const;
  [[nodiscard]] std::string prefix_of(const TextDigest& digest) const;
  // Which texts there are, as prefixes of their keys.
  Result<std::vector<std::string>> all();

 private:
  const std::string prefix_;
  EtcdClient& etcd_;
};

}  // namespace bulkhead::control
