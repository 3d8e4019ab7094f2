// SPDX-License-Identifier: Apache-2.0
// bulkhead enroll request, accept: by files, for plants without a connection to the issuer.
#include <filesystem>
#include <iostream>

#include "base/file.h"
#include "cli/enroll_place.h"
#include "enroll/offline_file.h"
#include "enroll/signing_request.h"
#include "pki/certificate.h"
#include "pki/key.h"

namespace bulkhead::cli {

namespace {

// A new key is kept beside the certificate until the response comes.
Result<pki::KeyPtr> requested_key(const EnrollPlace& place) {
  if (place.paths.key_in_token()) return pki::load_private_key(place.paths.private_key);
  auto key = pki::generate_p256();
  if (!key) return key;
  if (Status kept = pki::write_private_key(place.requested_key(), key->get()); !kept)
    return std::move(kept).error();
  return key;
}

Result<pki::KeyPtr> kept_key(const EnrollPlace& place) {
  if (place.paths.key_in_token()) return pki::load_private_key(place.paths.private_key);
  if (!std::filesystem::exists(place.requested_key()))
    return Error{ErrorCode::kNotFound, "no request was made here (" + place.requested_key() +
                                           " is not there): run `bulkhead enroll request`"};
  return pki::load_private_key(place.requested_key());
}

// The roots in use here, and the one that the operator names.
Result<std::vector<identity::SpkiDigest>> trusted_roots(const AcceptArguments& arguments,
                                                        const EnrollPlace& place) {
  std::vector<identity::SpkiDigest> trusted;
  if (!arguments.root.empty()) {
    auto digest = identity::parse_digest(arguments.root);
    if (!digest) return Error(std::move(digest).error()).within("--root");
    trusted.push_back({*digest});
  }
  if (std::filesystem::exists(place.paths.trust_anchors)) {
    auto roots = pki::read_certificates(place.paths.trust_anchors);
    if (!roots) return std::move(roots).error();
    for (const auto& root : *roots) trusted.push_back(enroll::key_digest(root.get()));
  }
  return trusted;
}

Error no_root(const mesh::Issued& issued) {
  std::string sentence = "no root is trusted here yet. The response names";
  for (const mesh::Der& der : issued.anchors)
    if (auto root = enroll::certificate_of(der); root)
      sentence += "\n  " + to_string(enroll::key_digest(root->get()));
  return {
      ErrorCode::kPermission,
      sentence +
          "\nCompare that with `bulkhead pki status --pki DIR` at the issuer (by telephone, not "
          "from this file), and give it with --root"};
}

Result<enroll::NewCredentials> check(const AcceptArguments& arguments, const EnrollPlace& place,
                                     EVP_PKEY* key) {
  auto text = read_file(arguments.response, enroll::kMaxOfflineFile);
  if (!text) return std::move(text).error();
  auto issued = enroll::parse_response(*text, arguments.response);
  if (!issued) return std::move(issued).error();
  auto trusted = trusted_roots(arguments, place);
  if (!trusted) return std::move(trusted).error();
  if (trusted->empty()) return no_root(*issued);
  auto made = enroll::check_issued(*issued, *trusted, place.subject, key, std::time(nullptr));
  if (!made) return std::move(made).error().within(arguments.response);
  return made;
}

}  // namespace

int run_enroll_request(const RequestArguments& arguments) {
  constexpr const char* kCommand = "enroll request";
  const auto place = enroll_place(arguments.common);
  if (!place) return fail(kCommand, place.error());
  const auto key = requested_key(*place);
  if (!key) return fail(kCommand, key.error());
  const auto request = enroll::make_request(key->get(), place->subject);
  if (!request) return fail(kCommand, request.error());
  const std::string out = arguments.out.empty() ? place->subject.name + ".request" : arguments.out;
  const std::string text = enroll::request_text(*request, place->subject,
                                                enroll::key_digest(key->get()), std::time(nullptr));
  if (Status written = write_file_atomically(out, text, 0644); !written)
    return fail(kCommand, written.error());
  std::cout << out << "  request of " << to_string(place->subject) << "\n  key "
            << to_string(enroll::key_digest(key->get())) << "\nAt the issuer:\n  bulkhead pki sign "
            << out << " --gateway " << place->subject.name << " --pki DIR\n";
  return kOk;
}

int run_enroll_accept(const AcceptArguments& arguments) {
  constexpr const char* kCommand = "enroll accept";
  const auto place = enroll_place(arguments.common);
  if (!place) return fail(kCommand, place.error());
  const auto key = kept_key(*place);
  if (!key) return fail(kCommand, key.error());
  const auto made = check(arguments, *place, key->get());
  if (!made) return fail(kCommand, made.error());
  if (Status written = enroll::write_credentials(place->paths, *made, key->get()); !written)
    return fail(kCommand, written.error());
  std::error_code ignored;
  std::filesystem::remove(place->requested_key(), ignored);
  print_next(*place, *made);
  return kOk;
}

}  // namespace bulkhead::cli
