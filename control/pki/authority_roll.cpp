// SPDX-License-Identifier: Apache-2.0
#include "pki/authority_roll.h"

#include <filesystem>

#include "pki/key.h"

namespace bulkhead::pki {

namespace {

constexpr int kMaxRoots = 3;  // four endorsements: as many as an enrolment answer holds

struct Root {
  CertificatePtr certificate;
  KeyPtr key;
};

Result<Root> read_root(const AuthorityFiles& files) {
  auto certificates = read_certificates(files.root);
  if (!certificates.ok()) return std::move(certificates).error();
  auto key = read_private_key(files.root_key);
  if (!key.ok())
    return std::move(key).error().within("a roll-over needs the root's key: bring it back for it");
  return Root{std::move(certificates->front()), std::move(*key)};
}

std::time_t not_before(X509* certificate) {
  std::tm broken_down{};
  if (ASN1_TIME_to_tm(X509_get0_notBefore(certificate), &broken_down) != 1) return 0;
  return timegm(&broken_down);
}

std::string common_name(X509* certificate) {
  char name[128] = {};
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                             name, sizeof name);
  return size > 0 ? std::string(name, static_cast<size_t>(size)) : std::string();
}

// `root`'s key and name, certified by `by`.
Result<CertificatePtr> endorse(const Root& root, const Root& by) {
  CertificateSpec spec;
  spec.use = CertificateUse::kAuthority;
  spec.common_name = common_name(root.certificate.get());
  spec.path_length = 1;
  spec.not_before = not_before(root.certificate.get());
  spec.not_after = std::min(not_after(root.certificate.get()), not_after(by.certificate.get()));
  return issue(spec, root.key.get(), Issuer{by.certificate.get(), by.key.get()});
}

// What the file holds (nothing when it is not there), then `more`.
Status append(const std::string& path, const std::vector<X509*>& more) {
  std::vector<CertificatePtr> there;
  if (std::filesystem::exists(path)) {
    auto read = read_certificates(path);
    if (!read.ok()) return std::move(read).error();
    there = std::move(*read);
  }
  std::vector<X509*> all;
  for (const CertificatePtr& certificate : there) all.push_back(certificate.get());
  all.insert(all.end(), more.begin(), more.end());
  return write_certificates(path, all);
}

}  // namespace

int newest_authority(const std::string& directory) {
  int newest = 0;
  while (std::filesystem::exists(AuthorityFiles(directory, newest + 1).root)) ++newest;
  return newest;
}

Result<int> roll_root(const std::string& directory, const AuthorityPlan& plan, std::time_t now) {
  const int newest = newest_authority(directory);
  if (newest == 0) return Error{ErrorCode::kNotFound, "no PKI in " + directory};
  if (newest == kMaxRoots)
    return Error{ErrorCode::kExhausted, "there are three roots in " + directory + " already"};
  Result<Root> old = read_root(AuthorityFiles(directory, newest));
  if (!old.ok()) return std::move(old).error();
  const AuthorityFiles files(directory, newest + 1);
  AuthorityPlan next = plan;
  next.trust_domain += " " + std::to_string(newest + 1);  // names of roots differ
  if (Status made = create_authorities(files, next, now); !made.ok())
    return std::move(made).error();
  Result<Root> fresh = read_root(files);
  if (!fresh.ok()) return std::move(fresh).error();
  Result<CertificatePtr> forward = endorse(*fresh, *old);
  Result<CertificatePtr> backward = endorse(*old, *fresh);
  if (!forward.ok()) return std::move(forward).error();
  if (!backward.ok()) return std::move(backward).error();
  Status done = append(endorsements_file(directory), {forward->get(), backward->get()});
  const std::string anchors = anchors_file(directory);
  const bool first = !std::filesystem::exists(anchors);
  if (done.ok() && first) done = append(anchors, {old->certificate.get()});
  if (done.ok()) done = append(anchors, {fresh->certificate.get()});
  if (!done.ok()) return std::move(done).error();
  return newest + 1;
}

}  // namespace bulkhead::pki
