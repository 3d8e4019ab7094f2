// SPDX-License-Identifier: Apache-2.0
// The embedded PKI of one owner, a directory:
//
//   owner-root.pem  owner-root.key      signs issuing authorities only (path length 1)
//   issuing-ca.pem  issuing-ca.key      signs leaves only (path length 0)
//
// After a roll-over (authority_roll.h) also owner-root-2.*, issuing-ca-2.*, ..., anchors.pem with
// all roots, and endorsements.pem: each root's key certified by the other.
//
// Whoever reads the two .key files can be any gateway: keep the directory off the gateways once
// they are set up.
#pragma once

#include <ctime>
#include <string>
#include <vector>

#include "base/result.h"
#include "identity/spiffe_id.h"
#include "pki/certificate.h"
#include "pki/openssl.h"

namespace bulkhead::pki {

struct AuthorityPlan {
  std::string trust_domain;
  std::time_t root_days = 20 * 365;
  std::time_t issuing_days = 10 * 365;
};

// The files of one root and its issuing CA; `number` from 1.
struct AuthorityFiles {
  AuthorityFiles(const std::string& directory, int number);
  std::string root, root_key, issuing, issuing_key;
};
inline std::string anchors_file(const std::string& directory) {
  return directory + "/anchors.pem";
}
inline std::string endorsements_file(const std::string& directory) {
  return directory + "/endorsements.pem";
}

// Writes all four files, over what is there.
Status create_authorities(const AuthorityFiles& files, const AuthorityPlan& plan, std::time_t now);

struct Leaf {
  CertificatePtr certificate;
  KeyPtr key;
};

class Authority {
 public:
  // Makes what is missing when nothing is there. Errors: kConflict when a part is missing.
  static Result<Authority> open_or_create(const std::string& directory,
                                          const std::string& trust_domain, std::time_t now);

  // A new P-256 key and its certificate. `not_after` is cut to the issuing authority's.
  [[nodiscard]] Result<Leaf> issue_leaf(CertificateUse use, const identity::SpiffeId& subject,
                                        std::time_t not_before, std::time_t not_after) const;
  // Leaf, then the issuing authority: what goes into ControlConfig::certificate.
  Status write_chain(const std::string& path, X509* leaf) const;
  // What goes into ControlConfig::trust_anchors: all roots of the directory.
  Status write_anchors(const std::string& path) const;

  [[nodiscard]] bool created() const noexcept { return created_; }

 private:
  std::vector<CertificatePtr> roots_;
  CertificatePtr issuing_;
  KeyPtr issuing_key_;
  bool created_ = false;
};

}  // namespace bulkhead::pki
