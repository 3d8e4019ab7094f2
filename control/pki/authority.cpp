// SPDX-License-Identifier: Apache-2.0
#include "pki/authority.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "pki/key.h"

namespace bulkhead::pki {

namespace {

constexpr std::time_t kDay = 24 * 60 * 60;
constexpr std::time_t kSkew = 60 * 60;  // clocks in plants differ

CertificateSpec authority_spec(std::string name, int path_length, std::time_t now,
                               std::time_t days) {
  CertificateSpec spec;
  spec.use = CertificateUse::kAuthority;
  spec.common_name = std::move(name);
  spec.path_length = path_length;
  spec.not_before = now - kSkew;
  spec.not_after = now + days * kDay;
  return spec;
}

// 0, all, or kConflict. The root's key may be elsewhere: it is not needed to issue leaves.
Result<bool> present(const AuthorityFiles& paths) {
  std::array<const std::string*, 3> needed = {&paths.root, &paths.issuing, &paths.issuing_key};
  const auto there = std::ranges::count_if(
      needed, [](const std::string* path) { return std::filesystem::exists(*path); });
  if (there == 0 && !std::filesystem::exists(paths.root_key)) return false;
  if (there == static_cast<std::ptrdiff_t>(needed.size())) return true;
  return Error{ErrorCode::kConflict, "the PKI directory is incomplete: it must hold " + paths.root +
                                         ", " + paths.issuing + " and " + paths.issuing_key +
                                         ", or none of them"};
}

}  // namespace

AuthorityFiles::AuthorityFiles(const std::string& directory, int number) {
  const std::string suffix = number == 1 ? "" : "-" + std::to_string(number);
  root = directory + "/owner-root" + suffix + ".pem";
  root_key = directory + "/owner-root" + suffix + ".key";
  issuing = directory + "/issuing-ca" + suffix + ".pem";
  issuing_key = directory + "/issuing-ca" + suffix + ".key";
}

Status create_authorities(const AuthorityFiles& paths, const AuthorityPlan& plan, std::time_t now) {
  const std::string domain =
      plan.trust_domain.substr(0, 48);  // a common name has 64 characters (X.520)
  Result<KeyPtr> root_key = generate_p256();
  Result<KeyPtr> issuing_key = generate_p256();
  if (!root_key.ok()) return std::move(root_key).error();
  if (!issuing_key.ok()) return std::move(issuing_key).error();
  Result<CertificatePtr> root =
      issue(authority_spec(domain + " owner root", 1, now, plan.root_days), root_key->get(),
            std::nullopt);
  if (!root.ok()) return std::move(root).error();
  Result<CertificatePtr> issuing =
      issue(authority_spec(domain + " issuing CA", 0, now, plan.issuing_days), issuing_key->get(),
            Issuer{root->get(), root_key->get()});
  if (!issuing.ok()) return std::move(issuing).error();
  Status done = write_private_key(paths.root_key, root_key->get());
  if (done.ok()) done = write_private_key(paths.issuing_key, issuing_key->get());
  if (done.ok()) done = write_certificates(paths.issuing, {issuing->get()});
  if (done.ok()) done = write_certificates(paths.root, {root->get()});
  return done;
}

Result<Authority> Authority::open_or_create(const std::string& directory,
                                            const std::string& trust_domain, std::time_t now) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) return Error{ErrorCode::kIo, "create " + directory + ": " + failed.message()};
  const AuthorityFiles paths(directory, 1);
  Result<bool> there = present(paths);
  if (!there.ok()) return std::move(there).error();
  if (!*there)
    if (Status made = create_authorities(paths, {trust_domain}, now); !made.ok())
      return std::move(made).error();
  Authority authority;
  authority.created_ = !*there;
  const std::string anchors = anchors_file(directory);
  Result<std::vector<CertificatePtr>> root =
      read_certificates(std::filesystem::exists(anchors) ? anchors : paths.root);
  if (!root.ok()) return std::move(root).error();
  Result<std::vector<CertificatePtr>> issuing = read_certificates(paths.issuing);
  if (!issuing.ok()) return std::move(issuing).error();
  Result<KeyPtr> key = read_private_key(paths.issuing_key);
  if (!key.ok()) return std::move(key).error();
  if (X509_check_private_key(issuing->front().get(), key->get()) != 1)
    return openssl_error(paths.issuing_key + ": not the key of " + paths.issuing,
                         ErrorCode::kInvalid);
  authority.roots_ = std::move(*root);
  authority.issuing_ = std::move(issuing->front());
  authority.issuing_key_ = std::move(*key);
  return authority;
}

Result<Leaf> Authority::issue_leaf(CertificateUse use, const identity::SpiffeId& subject,
                                   std::time_t not_before, std::time_t not_after) const {
  Result<KeyPtr> key = generate_p256();
  if (!key.ok()) return std::move(key).error();
  CertificateSpec spec;
  spec.use = use;
  spec.common_name = subject.name;
  spec.spiffe = subject;
  spec.not_before = not_before;
  spec.not_after = std::min(not_after, pki::not_after(issuing_.get()));
  Result<CertificatePtr> certificate =
      issue(spec, key->get(), Issuer{issuing_.get(), issuing_key_.get()});
  if (!certificate.ok()) return std::move(certificate).error();
  return Leaf{std::move(*certificate), std::move(*key)};
}

Status Authority::write_chain(const std::string& path, X509* leaf) const {
  return write_certificates(path, {leaf, issuing_.get()});
}

Status Authority::write_anchors(const std::string& path) const {
  std::vector<X509*> all;
  for (const CertificatePtr& root : roots_) all.push_back(root.get());
  return write_certificates(path, all);
}

}  // namespace bulkhead::pki
