// SPDX-License-Identifier: Apache-2.0
// The roots that we believe: several at once, so that an owner can roll over. Immutable.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "identity/digest.h"
#include "pki/openssl.h"

namespace bulkhead::trust {

class Anchors {
 public:
  static constexpr size_t kMaxRoots = 8;

  // PEM files; each may hold several. Errors name the file and the certificate that is no root.
  static Result<std::shared_ptr<const Anchors>> load(const std::vector<std::string>& paths);
  static Result<std::shared_ptr<const Anchors>> of(std::vector<pki::CertificatePtr> roots);

  [[nodiscard]] X509_STORE* store() const noexcept { return store_.get(); }
  [[nodiscard]] const std::vector<pki::CertificatePtr>& roots() const noexcept { return roots_; }
  // True for the key of any root.
  [[nodiscard]] bool is_anchor(const identity::SpkiDigest& key) const;

 private:
  Anchors() = default;

  std::vector<pki::CertificatePtr> roots_;
  std::set<identity::SpkiDigest> keys_;
  std::unique_ptr<X509_STORE, pki::FreeWith<X509_STORE_free>> store_;
};

using AnchorsPtr = std::shared_ptr<const Anchors>;

}  // namespace bulkhead::trust
