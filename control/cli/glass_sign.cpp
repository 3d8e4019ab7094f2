// SPDX-License-Identifier: Apache-2.0
// break-glass key, request, approve, show.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/rand.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "base/secure_wipe.h"
#include "base/span_text.h"
#include "cli/glass_commands.h"
#include "cli/glass_file.h"
#include "pki/key.h"
#include "policy/limits.h"

namespace bulkhead::cli {

namespace {

using break_glass::OpeningRequest;

int fail(const Error& error) {
  std::cerr << "bulkhead break-glass: " << error.sentence << "\n";
  return kRefused;
}

Status sign_with(OpeningRequest& request, const GlassArguments& arguments) {
  const auto key = pki::read_private_key(arguments.key);
  if (!key) return key.error();
  image::PrivateKey raw{};
  size_t size = raw.size();
  if (EVP_PKEY_id(key->get()) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_private_key(key->get(), raw.data(), &size) != 1 || size != raw.size())
    return Error{ErrorCode::kInvalid,
                 arguments.key + ": no Ed25519 key; `bulkhead break-glass key` makes one"};
  Status done = break_glass::sign(request, arguments.person, raw);
  secure_wipe(raw.data(), raw.size());
  return done;
}

std::string public_text(EVP_PKEY* key) {
  std::array<uint8_t, 32> raw{};
  size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key, raw.data(), &size) != 1) return {};
  std::string out = "ed25519:";
  for (const uint8_t byte : raw) out += fmt::format("{:02x}", byte);
  return out;
}

int print(const Session& session, const OpeningRequest& request, const std::string& file) {
  const auto& statement = request.statement;
  std::vector<std::string> people;
  for (const auto& signature : request.signatures) people.push_back(signature.approver);
  if (session.json) {
    v1::OpenGlass glass;
    glass.set_grant(statement.grant);
    glass.mutable_until()->set_seconds(statement.until_wall_ns / 1'000'000'000);
    glass.set_approvers(fmt::format("{}", fmt::join(people, ", ")));
    glass.set_reason(statement.reason);
    print_json(glass);
    return kOk;
  }
  std::cout << describe(statement) << "\n";
  for (const auto& person : people) std::cout << "signed by " << person << "\n";
  if (people.size() < policy::kApproversNeeded)
    std::cout << "a second approver: bulkhead break-glass approve " << file
              << " --as NAME --key FILE\n";
  else
    std::cout << "at each of its gateways: bulkhead break-glass open " << file << "\n";
  return kOk;
}

}  // namespace

int run_glass_key(const Session&, const GlassArguments& arguments) {
  auto key = pki::generate_ed25519();
  if (!key) return fail(key.error());
  if (Status written = pki::write_private_key(arguments.key, key->get()); !written)
    return fail(written.error());
  std::cout << "approvers:\n  - { name: " << arguments.person << ", key: \""
            << public_text(key->get()) << "\" }\n";
  std::cerr << arguments.key << ": the private key, for " << arguments.person
            << " alone; the lines above go into the policy\n";
  return kOk;
}

int run_glass_request(const Session& session, const GlassArguments& arguments) {
  const auto seconds = seconds_of(arguments.span);
  if (!seconds || *seconds > policy::kMaxBreakGlassSeconds) {
    std::cerr
        << "bulkhead break-glass request: --for: up to 24h: a number and s, m or h, as in 1h\n";
    return kUsage;
  }
  OpeningRequest request;
  auto& statement = request.statement;
  statement.grant = arguments.grant;
  statement.gateways = arguments.gateways;
  std::ranges::sort(statement.gateways);
  const auto repeated = std::unique(statement.gateways.begin(), statement.gateways.end());
  statement.gateways.erase(repeated, statement.gateways.end());
  const auto now =
      std::chrono::system_clock::now().time_since_epoch() + std::chrono::seconds(*seconds);
  statement.until_wall_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  statement.reason = arguments.reason;
  if (RAND_bytes(statement.nonce.data(), static_cast<int>(statement.nonce.size())) != 1)
    return fail({ErrorCode::kInternal, "OpenSSL has no random bytes"});
  if (Status done = sign_with(request, arguments); !done) return fail(done.error());
  if (Status done = write_glass(arguments.file, request); !done) return fail(done.error());
  return print(session, request, arguments.file);
}

int run_glass_approve(const Session& session, const GlassArguments& arguments) {
  auto request = read_glass(arguments.file);
  if (!request) return fail(request.error());
  if (Status done = sign_with(*request, arguments); !done) return fail(done.error());
  if (Status done = write_glass(arguments.file, *request); !done) return fail(done.error());
  return print(session, *request, arguments.file);
}

int run_glass_show(const Session& session, const GlassArguments& arguments) {
  const auto request = read_glass(arguments.file);
  return request ? print(session, *request, arguments.file) : fail(request.error());
}

}  // namespace bulkhead::cli
