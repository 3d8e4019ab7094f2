// SPDX-License-Identifier: Apache-2.0
// bulkhead enroll: by a join token, over the network.
#include <netdb.h>
#include <netinet/in.h>

#include <cstring>
#include <iostream>
#include <memory>

#include "base/file.h"
#include "cli/enroll_place.h"
#include "enroll/enroll_client.h"
#include "pki/key.h"

namespace bulkhead::cli {

namespace {

constexpr const char* kCommand = "enroll";

Endpoint endpoint_of(const addrinfo& found) {
  Endpoint endpoint;
  if (found.ai_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, found.ai_addr, sizeof v4);
    endpoint = {IpAddress::v4(ntohl(v4.sin_addr.s_addr)), ntohs(v4.sin_port)};
  } else {
    sockaddr_in6 v6{};
    std::memcpy(&v6, found.ai_addr, sizeof v6);
    endpoint = {IpAddress::from_v6_wire(v6.sin6_addr.s6_addr), ntohs(v6.sin6_port)};
  }
  return endpoint;
}

// "192.0.2.9:4434", "[2001:db8::9]:4434" or "issuer.plant:4434".
Result<Endpoint> resolve(const std::string& text) {
  if (auto endpoint = parse_endpoint(text); endpoint) return endpoint;
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0)
    return Error{ErrorCode::kInvalid, "--issuer: '" + text + "' is not HOST:PORT"};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed =
      ::getaddrinfo(text.substr(0, colon).c_str(), text.substr(colon + 1).c_str(), &hints, &found);
  if (failed != 0)
    return Error{ErrorCode::kUnavailable, "--issuer: " + text + ": " + ::gai_strerror(failed)};
  const Endpoint endpoint = endpoint_of(*found);
  ::freeaddrinfo(found);
  return endpoint;
}

// The token itself, or where it stands: arguments show in process lists.
Result<enroll::JoinToken> read_token(std::string text) {
  if (text == "-") {
    std::getline(std::cin, text);
  } else if (text.starts_with('@')) {
    auto file = read_file(text.substr(1), 4096);
    if (!file) return std::move(file).error();
    text = std::move(*file);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0)
    text.pop_back();
  return enroll::parse_token(text);
}

Result<pki::KeyPtr> own_key(const EnrollPlace& place) {
  if (place.paths.key_in_token()) return pki::load_private_key(place.paths.private_key);
  return pki::generate_p256();
}

}  // namespace

int run_enroll(const EnrollArguments& arguments) {
  if (arguments.issuer.empty() || arguments.token.empty()) {
    std::cerr << "bulkhead enroll: give --issuer HOST:PORT and --token TOKEN; without a connection "
                 "use `enroll request` and `enroll accept`\n";
    return kUsage;
  }
  const auto place = enroll_place(arguments);
  if (!place) return fail(kCommand, place.error());
  const auto token = read_token(arguments.token);
  if (!token) return fail(kCommand, token.error());
  const auto issuer = resolve(arguments.issuer);
  if (!issuer) return fail(kCommand, issuer.error());
  const auto key = own_key(*place);
  if (!key) return fail(kCommand, key.error());
  const SystemClock clock;
  const auto made = enroll::join({*issuer, clock, -1}, *token, place->subject, key->get());
  if (!made) return fail(kCommand, made.error());
  if (Status written = enroll::write_credentials(place->paths, *made, key->get()); !written)
    return fail(kCommand, written.error());
  print_next(*place, *made);
  return kOk;
}

}  // namespace bulkhead::cli
