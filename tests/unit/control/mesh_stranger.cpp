// SPDX-License-Identifier: Apache-2.0
#include "mesh_stranger.h"

#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <csignal>
#include <cstring>
#include <memory>

#include "mesh/message.h"
#include "pki/openssl.h"

namespace bulkhead::control {

namespace {

sockaddr_in address_of(const Endpoint& endpoint) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  std::memcpy(&address.sin_addr, endpoint.ip.v4_wire(), 4);
  return address;
}

UniqueFd connect_from(const IpAddress& from, const Endpoint& to) {
  UniqueFd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const timeval patience{2, 0};
  (void)::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const sockaddr_in local = address_of({from, 0});
  const sockaddr_in remote = address_of(to);
  (void)::bind(fd.get(), reinterpret_cast<const sockaddr*>(&local), sizeof local);
  (void)::connect(fd.get(), reinterpret_cast<const sockaddr*>(&remote), sizeof remote);
  return fd;
}

using ContextPtr = std::unique_ptr<SSL_CTX, pki::FreeWith<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, pki::FreeWith<SSL_free>>;

ContextPtr context_of(const Call& call) {
  ContextPtr context{SSL_CTX_new(TLS_client_method())};
  static constexpr unsigned char kAlpn[] =
      "\x0f"
      "bulkhead-mesh/1";
  SSL_CTX_set_alpn_protos(context.get(), kAlpn, sizeof kAlpn - 1);
  if (call.tls12) SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_load_verify_file(context.get(), call.anchors.c_str());
  if (call.credentials.empty()) return context;
  SSL_CTX_use_certificate_chain_file(context.get(), (call.credentials + ".pem").c_str());
  SSL_CTX_use_PrivateKey_file(context.get(), (call.credentials + ".key").c_str(), SSL_FILETYPE_PEM);
  return context;
}

}  // namespace

CallResult call(const Call& call) {
  std::signal(SIGPIPE, SIG_IGN);
  const UniqueFd fd = connect_from(call.from, call.to);
  const ContextPtr context = context_of(call);
  const SslPtr ssl{SSL_new(context.get())};
  SSL_set_fd(ssl.get(), fd.get());
  CallResult result;
  result.handshake_done = SSL_connect(ssl.get()) == 1;
  std::array<uint8_t, mesh::kMaxFrame> buffer{};
  const int got = result.handshake_done
                      ? SSL_read(ssl.get(), buffer.data(), static_cast<int>(buffer.size()))
                      : 0;
  ERR_clear_error();
  if (got <= 0) return result;
  const auto decoded = mesh::decode(std::span(buffer).first(static_cast<size_t>(got)));
  if (!decoded.ok()) return result;
  if (const auto* refusal = std::get_if<mesh::Refusal>(&decoded->message))
    result.refusal = refusal->text;
  return result;
}

std::vector<UniqueFd> flood(const IpAddress& from, const Endpoint& to, int count) {
  std::vector<UniqueFd> held;
  for (int i = 0; i < count; ++i) held.push_back(connect_from(from, to));
  return held;
}

}  // namespace bulkhead::control
