// SPDX-License-Identifier: Apache-2.0
#include "mesh/control_session.h"

#include <algorithm>
#include <utility>

namespace bulkhead::control {

namespace {

constexpr uint64_t kMissedKeepalives = 3;
constexpr int kMessagesPerStep = 32;
constexpr uint64_t kSendPatience = 1 * kSecond;  // a few bytes into a socket buffer

}  // namespace

ControlSession::ControlSession(TlsStream stream, Agreement agreement, const MeshTuning& tuning,
                               trust::DenyList& denied, uint64_t now_ns)
    : stream_(std::move(stream)),
      agreement_(agreement),
      tuning_(tuning),
      relay_(denied),
      heard_ns_(now_ns),
      sent_ns_(now_ns) {}

Status ControlSession::hear(const mesh::Message& message) {
  if (const auto* wish = std::get_if<mesh::RekeyRequest>(&message)) {
    wish_ = wish->reason;
    return {};
  }
  if (const auto* held = std::get_if<mesh::DenyHave>(&message)) {
    relay_.heard(*held);
    return {};
  }
  if (const auto* record = std::get_if<mesh::DenyRecord>(&message)) return relay_.heard(*record);
  const auto* keepalive = std::get_if<mesh::Keepalive>(&message);
  if (keepalive == nullptr)
    return Error{ErrorCode::kPermission,
                 "the peer sent an unexpected " + std::string(name_of(message))};
  const bool restarted =
      keepalive->boot_nonce != mesh::BootNonce{} && keepalive->boot_nonce != agreement_.peer_nonce;
  if (restarted && !std::exchange(restart_seen_, true))
    wish_ = mesh::RekeyReason::kDataplaneRestart;
  return {};
}

Status ControlSession::hear_all(uint64_t now_ns) {
  unheard_ = false;
  for (int i = 0; i < kMessagesPerStep; ++i) {
    Result<std::optional<mesh::Message>> message = stream_.take();
    if (!message.ok()) return std::move(message).error();
    if (!message->has_value()) return {};
    heard_ns_ = now_ns;
    if (Status heard = hear(**message); !heard.ok()) return heard;
  }
  unheard_ = true;
  return {};
}

Status ControlSession::send_records(uint64_t deadline_ns) {
  if (!std::exchange(greeted_, true))
    if (Status sent = stream_.send(relay_.greeting(), deadline_ns); !sent.ok()) return sent;
  for (const mesh::DenyRecord& record : relay_.take())
    if (Status sent = stream_.send(record, deadline_ns); !sent.ok()) return sent;
  return {};
}

Status ControlSession::serve(uint64_t now_ns, const mesh::BootNonce& own_nonce) {
  // What we have to send first: it may be about the peer's peers.
  if (Status sent = send_records(now_ns + kSendPatience); !sent.ok()) return sent;
  if (Status heard = hear_all(now_ns); !heard.ok()) return heard;
  if (now_ns >= heard_ns_ + kMissedKeepalives * tuning_.keepalive_ns)
    return Error{ErrorCode::kUnavailable, "nothing heard from the peer's control"};
  if (now_ns < sent_ns_ + tuning_.keepalive_ns) return {};
  sent_ns_ = now_ns;
  return stream_.send(mesh::Keepalive{own_nonce}, now_ns + kSendPatience);
}

Status ControlSession::ask_for_rekey(mesh::RekeyReason reason, uint64_t now_ns) {
  if (now_ns < ask_again_ns_) return {};
  ask_again_ns_ = now_ns + tuning_.request_again_ns;
  return stream_.send(mesh::RekeyRequest{reason}, now_ns + kSendPatience);
}

std::optional<mesh::RekeyReason> ControlSession::take_wish() {
  return std::exchange(wish_, std::nullopt);
}

uint64_t ControlSession::next_due_ns() const noexcept {
  if (unheard_ || !greeted_ || relay_.more()) return 0;
  return std::min(sent_ns_ + tuning_.keepalive_ns,
                  heard_ns_ + kMissedKeepalives * tuning_.keepalive_ns);
}

}  // namespace bulkhead::control
