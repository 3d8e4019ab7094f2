// SPDX-License-Identifier: Apache-2.0
#include "enroll/credential_files.h"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>

#include "base/unique_fd.h"
#include "enroll/signing_request.h"
#include "pki/certificate.h"
#include "pki/hand_over.h"
#include "pki/key.h"

namespace bulkhead::enroll {

namespace {

std::string next(const std::string& path) {
  return path + ".next";
}

std::vector<X509*> pointers(const std::vector<pki::CertificatePtr>& owned) {
  std::vector<X509*> all;
  for (const auto& certificate : owned) all.push_back(certificate.get());
  return all;
}

Status move_over(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return io_error("rename " + from + " to " + to);
  UniqueFd directory{
      ::open(std::filesystem::path(to).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory.valid()) (void)::fsync(directory.get());
  return {};
}

// What is there already stays: an anchor is taken away only by hand.
Status add_anchors(const std::string& path, const std::vector<pki::CertificatePtr>& anchors) {
  std::vector<pki::CertificatePtr> there;
  if (std::filesystem::exists(path)) {
    Result<std::vector<pki::CertificatePtr>> read = pki::read_certificates(path);
    if (!read) return std::move(read).error();
    there = std::move(*read);
  }
  std::vector<X509*> all = pointers(there);
  for (const auto& anchor : anchors)
    if (std::ranges::none_of(all, [&](X509* known) { return X509_cmp(known, anchor.get()) == 0; }))
      all.push_back(anchor.get());
  if (all.size() == there.size()) return {};
  return pki::write_certificates(path, all);
}

bool belongs(const std::string& key_path, X509* leaf) {
  const Result<pki::KeyPtr> key = pki::load_private_key(key_path);
  return key.ok() && X509_check_private_key(leaf, key->get()) == 1;
}

}  // namespace

Status write_credentials(const CredentialPaths& paths, const NewCredentials& credentials,
                         EVP_PKEY* key) {
  Status done;
  if (!paths.key_in_token()) done = pki::write_private_key(next(paths.private_key), key);
  if (done) done = pki::write_certificates(next(paths.certificate), pointers(credentials.chain));
  if (done) done = add_anchors(paths.trust_anchors, credentials.anchors);
  if (done)
    done = pki::hand_over({next(paths.private_key), next(paths.certificate), paths.trust_anchors});
  if (done && !paths.key_in_token()) done = move_over(next(paths.private_key), paths.private_key);
  if (done) done = move_over(next(paths.certificate), paths.certificate);
  return done;
}

Result<bool> finish_replacement(const CredentialPaths& paths) {
  const std::string certificate = next(paths.certificate);
  if (!std::filesystem::exists(certificate)) return false;
  const auto chain = pki::read_certificates(certificate);
  const bool swapped =
      chain.ok() && !paths.key_in_token() && belongs(paths.private_key, chain->front().get());
  (void)pki::openssl_error("");  // empties the queue
  if (swapped) {
    if (Status moved = move_over(certificate, paths.certificate); !moved)
      return std::move(moved).error();
    return true;
  }
  std::error_code ignored;
  std::filesystem::remove(certificate, ignored);
  std::filesystem::remove(next(paths.private_key), ignored);
  return true;
}

}  // namespace bulkhead::enroll
