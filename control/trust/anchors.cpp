// SPDX-License-Identifier: Apache-2.0
#include "trust/anchors.h"

#include "pki/certificate.h"

namespace bulkhead::trust {

namespace {

Status check_root(X509* root) {
  const std::string name = "\"" + pki::name_of(root) + "\"";
  if (X509_check_ca(root) == 0 || (X509_get_key_usage(root) & KU_KEY_CERT_SIGN) == 0)
    return Error{ErrorCode::kInvalid, name + " is no authority: it may not sign certificates"};
  if ((X509_get_extension_flags(root) & EXFLAG_SS) == 0)
    return Error{ErrorCode::kInvalid,
                 name +
                     " is no root: it is not self-signed; put the root here, and this one into "
                     "the chain of the gateways' certificates"};
  return {};
}

}  // namespace

Result<std::shared_ptr<const Anchors>> Anchors::load(const std::vector<std::string>& paths) {
  std::vector<pki::CertificatePtr> roots;
  for (const std::string& path : paths) {
    Result<std::vector<pki::CertificatePtr>> some = pki::read_certificates(path);
    if (!some.ok()) return std::move(some).error();
    for (pki::CertificatePtr& root : *some) {
      if (Status fit = check_root(root.get()); !fit.ok())
        return std::move(fit).error().within(path);
      roots.push_back(std::move(root));
    }
  }
  return of(std::move(roots));
}

Result<std::shared_ptr<const Anchors>> Anchors::of(std::vector<pki::CertificatePtr> roots) {
  if (roots.empty() || roots.size() > kMaxRoots)
    return Error{ErrorCode::kInvalid, "trust anchors: 1 to " + std::to_string(kMaxRoots) +
                                          " roots, not " + std::to_string(roots.size())};
  std::shared_ptr<Anchors> anchors{new Anchors};
  anchors->store_.reset(X509_STORE_new());
  if (!anchors->store_) return pki::openssl_error("trust anchors");
  for (const pki::CertificatePtr& root : roots) {
    if (Status fit = check_root(root.get()); !fit.ok()) return std::move(fit).error();
    if (X509_STORE_add_cert(anchors->store_.get(), root.get()) != 1)
      return pki::openssl_error("trust anchors");
    anchors->keys_.insert(pki::spki_digest_of(root.get()));
  }
  anchors->roots_ = std::move(roots);
  return std::shared_ptr<const Anchors>{std::move(anchors)};
}

bool Anchors::is_anchor(const identity::SpkiDigest& key) const {
  return keys_.contains(key);
}

}  // namespace bulkhead::trust
