// SPDX-License-Identifier: Apache-2.0
#include "cli/enroll_place.h"

#include <filesystem>
#include <iostream>

#include "config/control_config.h"
#include "enroll/issuing_authority.h"
#include "enroll/signing_request.h"
#include "pki/certificate.h"
#include "trust/trusted_clock.h"

namespace bulkhead::cli {

namespace {

constexpr const char* kDefaultDomain = "bulkhead";

// The configured value, which an option may repeat but not contradict.
Result<std::string> agreed(const char* option, const std::string& typed, const std::string& file) {
  if (typed.empty() || file.empty() || typed == file) return typed.empty() ? file : typed;
  return Error{ErrorCode::kInvalid,
               std::string(option) + " " + typed + " is not what control.yaml says: " + file};
}

}  // namespace

Result<EnrollPlace> enroll_place(const EnrollArguments& arguments) {
  const std::string& directory = arguments.directory;
  EnrollPlace place;
  place.paths = {directory + "/gateway.pem", directory + "/gateway.key", directory + "/roots.pem"};
  std::string gateway, domain;
  const std::string file = directory + "/control.yaml";
  if (std::filesystem::exists(file)) {
    const auto config = control::load_config(file);
    if (!config) return config.error();
    place.configured = true;
    place.paths = {config->certificate, config->private_key, config->trust_anchors};
    gateway = config->gateway;
    domain = config->trust_domain;
  }
  if (!arguments.key.empty()) place.paths.private_key = arguments.key;
  auto name = agreed("--gateway", arguments.gateway, gateway);
  if (!name) return std::move(name).error();
  if (name->empty())
    return Error{ErrorCode::kInvalid, "give --gateway NAME: there is no " + file + " that says it"};
  auto trust_domain = agreed("--trust-domain", arguments.trust_domain, domain);
  if (!trust_domain) return std::move(trust_domain).error();
  auto subject =
      identity::gateway_id(trust_domain->empty() ? kDefaultDomain : *trust_domain, *name);
  if (!subject) return std::move(subject).error();
  place.subject = std::move(*subject);
  if (!arguments.force && std::filesystem::exists(place.paths.certificate))
    return Error{ErrorCode::kExists, place.paths.certificate +
                                         " is there already; --force replaces it, with a new key"};
  return place;
}

void print_next(const EnrollPlace& place, const enroll::NewCredentials& made) {
  X509* const leaf = made.chain.front().get();
  std::cout << to_string(place.subject) << "\n  serial   " << enroll::serial_text(leaf)
            << "\n  expires  " << trust::time_text(pki::not_after(leaf)) << "\nWritten:\n  "
            << place.paths.certificate << "  its chain\n";
  if (!place.paths.key_in_token())
    std::cout << "  " << place.paths.private_key << "  its key (secret)\n";
  std::cout << "  " << place.paths.trust_anchors << "  trust anchors:";
  for (const auto& anchor : made.anchors)
    std::cout << "\n    root key " << to_string(enroll::key_digest(anchor.get()));
  std::cout << "\nNext:\n";
  if (!place.configured)
    std::cout << "  bulkhead init --gateway " << place.subject.name
              << " --enroll ...   makes the start-up files around it\n";
  std::cout
      << "  name the issuer under `pki:` in control.yaml, so that it renews\n"
         "  start bulkhead-dataplane and bulkhead-control, or send a running control SIGHUP\n";
}

int fail(const char* command, const Error& error) {
  std::cerr << "bulkhead " << command << ": " << error.sentence << "\n";
  return error.code == ErrorCode::kUnavailable ? kUnreachable : kRefused;
}

}  // namespace bulkhead::cli
