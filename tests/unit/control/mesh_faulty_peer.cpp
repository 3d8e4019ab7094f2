// SPDX-License-Identifier: Apache-2.0
#include "mesh_faulty_peer.h"

#include <poll.h>

#include <array>

#include "mesh/sockets.h"

namespace bulkhead::control {

namespace {

constexpr uint64_t kPatience = 400 * kMillisecond;

}  // namespace

bool FaultyPeer::play(UniqueFd fd, bool initiator) const {
  block_sigpipe();
  const SystemClock clock;
  const SignalFd never;
  auto trust = trust::Trust::open(
      {{credentials + ".pem", credentials + ".key", {anchors}}, trust::GracePolicy::none(), store},
      clock);
  if (!trust.ok()) return false;
  auto tls = TlsContext::make(*(*trust)->credentials(), (*trust)->verifier());
  if (!tls.ok()) return false;
  auto ssl = tls->connection(fd.get(), initiator ? pki::TlsRole::kClient : pki::TlsRole::kServer);
  if (!ssl.ok()) return false;
  TlsStream stream(std::move(fd), std::move(*ssl), clock, never.get());
  const auto until = [&] { return clock.now().steady_ns + kPatience; };
  if (!stream.handshake(until()).ok()) return false;
  uint64_t session = 1000 + at;
  for (size_t step = 0; step < 4; ++step) {
    const auto send = [&] {
      const std::array<mesh::Message, 4> script = {
          mesh::Message{mesh::Hello{name, {7}, mesh::Suite::kAes256Gcm, 1, session, 0}},
          mesh::Message{mesh::Offer{{static_cast<uint32_t>(5000 + at)}}},
          mesh::Message{mesh::Ready{}}, mesh::Message{mesh::Switched{}}};
      if (step == at && fault == Fault::kLost) return true;
      const bool sent = stream.send(script[step], until()).ok();
      if (step != at || fault != Fault::kTwice) return sent;
      return sent && stream.send(script[step], until()).ok();
    };
    const auto hear = [&] {
      const auto heard = stream.receive(until());
      if (!heard.ok()) return false;
      if (const auto* hello = std::get_if<mesh::Hello>(&*heard)) session = hello->session;
      return !std::holds_alternative<mesh::Refusal>(*heard);
    };
    const bool first = step == 0 && !initiator;  // the responder's Hello follows the initiator's
    const bool fine = first ? hear() && send() : send() && hear();
    if (!fine) return false;
  }
  return true;
}

bool FaultyPeer::call(uint32_t from, const Endpoint& to) const {
  const SystemClock clock;
  const SignalFd never;
  auto fd = connect_to(loopback(from), to, clock, clock.now().steady_ns + kPatience, never.get());
  return fd.ok() && play(std::move(*fd), true);
}

bool FaultyPeer::answer(UniqueFd listener) const {
  pollfd waiting{listener.get(), POLLIN, 0};
  if (::poll(&waiting, 1, 5000) != 1) return false;
  auto accepted = accept_from(listener.get());
  return accepted && play(std::move(accepted->fd), false);
}

}  // namespace bulkhead::control
