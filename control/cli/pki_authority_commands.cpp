// SPDX-License-Identifier: Apache-2.0
// pki init, roll-root, sign: on the owner's PKI directory, without a server.
#include <sys/stat.h>

#include <filesystem>
#include <iostream>

#include "base/file.h"
#include "cli/enroll_place.h"
#include "enroll/offline_file.h"
#include "enroll/signing_request.h"
#include "pki/authority.h"
#include "pki/authority_roll.h"
#include "trust/trusted_clock.h"

namespace bulkhead::cli {

namespace {

constexpr std::time_t kDay = 24 * 60 * 60;

void print_root(const std::string& path) {
  const auto root = pki::read_certificates(path);
  if (root.ok())
    std::cout << "Root key (what `enroll accept --root` wants): "
              << to_string(enroll::key_digest(root->front().get())) << "\n";
}

void print_made(const pki::AuthorityFiles& files) {
  std::cout << "Made:\n  " << files.root << "  owner root: to every gateway\n  " << files.root_key
            << "  its key: SECRET, OFF LINE; needed for roll-over and for denying authorities\n  "
            << files.issuing << "  issuing CA\n  " << files.issuing_key
            << "  its key: SECRET; at the issuer's control, or off line with `pki sign`\n";
  print_root(files.root);
}

Status make_directory(const std::string& path) {
  std::error_code failed;
  const bool made = std::filesystem::create_directories(path, failed);
  if (failed) return Error{ErrorCode::kIo, "create " + path + ": " + failed.message()};
  if (made && ::chmod(path.c_str(), 0700) != 0) return io_error("chmod " + path);
  return {};
}

Result<pki::AuthorityFiles> first_root(const PkiInitArguments& arguments,
                                       const pki::AuthorityPlan& plan) {
  if (Status made = make_directory(arguments.directory); !made) return std::move(made).error();
  const pki::AuthorityFiles files(arguments.directory, 1);
  for (const std::string& path : {files.root, files.root_key, files.issuing, files.issuing_key})
    if (!arguments.force && std::filesystem::exists(path))
      return Error{ErrorCode::kExists,
                   path +
                       " is there already; --force makes a new root, and every gateway must "
                       "enrol again (for a change of roots see `bulkhead pki roll-root`)"};
  if (Status made = pki::create_authorities(files, plan, std::time(nullptr)); !made)
    return std::move(made).error();
  return files;
}

Result<pki::AuthorityFiles> next_root(const PkiInitArguments& arguments,
                                      const pki::AuthorityPlan& plan) {
  auto number = pki::roll_root(arguments.directory, plan, std::time(nullptr));
  if (!number) return std::move(number).error();
  return pki::AuthorityFiles(arguments.directory, *number);
}

Status sign(const SignArguments& arguments, const std::string& out) {
  auto text = read_file(arguments.request, enroll::kMaxOfflineFile);
  if (!text) return std::move(text).error();
  auto der = enroll::parse_request(*text, arguments.request);
  if (!der) return std::move(der).error();
  auto request = enroll::open_request(*der);
  if (!request) return std::move(request).error().within(arguments.request);
  auto wanted = identity::gateway_id(arguments.trust_domain, arguments.gateway);
  if (!wanted) return std::move(wanted).error();
  std::cout << arguments.request << " asks for\n  " << to_string(request->subject) << "\n  key "
            << to_string(request->key_digest) << "\n";
  if (request->subject != *wanted)
    return Error{ErrorCode::kPermission,
                 "that is not " + to_string(*wanted) + ": nothing is signed"};
  auto authority =
      enroll::IssuingAuthority::load(issuing_files(arguments.pki, arguments.authority));
  if (!authority) return std::move(authority).error();
  const std::time_t now = std::time(nullptr);
  auto issued = authority->issue(request->key.get(), *wanted, now,
                                 static_cast<std::time_t>(arguments.days) * kDay);
  if (!issued) return std::move(issued).error();
  std::cout << "issued\n  serial  " << issued->serial << "\n  expires "
            << trust::time_text(issued->not_after) << "\n  root key "
            << to_string(authority->root_digest()) << "\nwritten to " << out << "\n";
  return write_file_atomically(
      out, enroll::response_text(*issued, *wanted, authority->root_digest(), now), 0644);
}

}  // namespace

enroll::IssuingFiles issuing_files(const std::string& directory, int authority) {
  const pki::AuthorityFiles files(directory, std::max(authority, 1));
  enroll::IssuingFiles issuing{files.issuing, files.issuing_key, files.root, {}};
  if (std::filesystem::exists(pki::anchors_file(directory))) {
    issuing.anchors = pki::anchors_file(directory);
    issuing.endorsements = pki::endorsements_file(directory);
  }
  return issuing;
}

int run_pki_init(const PkiInitArguments& arguments) {
  const char* const command = arguments.new_root ? "pki roll-root" : "pki init";
  if (!identity::valid_trust_domain(arguments.trust_domain))
    return fail(command,
                {ErrorCode::kInvalid, "--trust-domain: lower-case letters, digits, '.', '-', '_'"});
  const pki::AuthorityPlan plan{arguments.trust_domain, arguments.root_days, arguments.issuer_days};
  const auto files = arguments.new_root ? next_root(arguments, plan) : first_root(arguments, plan);
  if (!files) return fail(command, files.error());
  print_made(*files);
  if (arguments.new_root)
    std::cout << "  " << pki::anchors_file(arguments.directory) << "  all roots\n  "
              << pki::endorsements_file(arguments.directory)
              << "  each root's key certified by the other\n"
                 "Next (docs/pki.md, Roll-over):\n"
                 "  1. at the issuer: trust_anchors = anchors.pem, pki.issuing.endorsements = "
                 "endorsements.pem; gateways take the new root with their next renewal\n"
                 "  2. when all have it: issue with the new issuing CA\n"
                 "  3. when all have renewed: take the old root out of roots.pem everywhere\n";
  return kOk;
}

int run_pki_sign(const SignArguments& arguments) {
  const std::string out = arguments.out.empty() ? arguments.gateway + ".response" : arguments.out;
  if (Status done = sign(arguments, out); !done) return fail("pki sign", done.error());
  return kOk;
}

}  // namespace bulkhead::cli
