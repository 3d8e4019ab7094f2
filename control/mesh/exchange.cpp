// SPDX-License-Identifier: Apache-2.0
#include "mesh/exchange.h"

#include <algorithm>

#include "base/secure_wipe.h"

namespace bulkhead::control {

namespace {

// Distinct per lane, so that any NIC spreads lanes over queues; the dynamic range (RFC 6335 6).
constexpr uint16_t kFirstSourcePort = 49152;

Direction sending(bool initiator) {
  return initiator ? Direction::kFromInitiator : Direction::kFromResponder;
}

}  // namespace

Exchange::Exchange(ExchangeInput input, TlsStream& stream, LaneInstaller& installer,
                   InboundLanes& inbound, const Clock& clock)
    : input_(std::move(input)),
      stream_(stream),
      installer_(installer),
      inbound_(inbound),
      clock_(clock),
      session_(input_.session) {}

Error Exchange::refuse(mesh::RefusalCode code, std::string text) {
  (void)send(mesh::Refusal{code, text});
  const bool passing = code == mesh::RefusalCode::kNotReady;
  return Error{passing ? ErrorCode::kUnavailable : ErrorCode::kPermission, std::move(text)};
}

template <typename T>
Result<T> Exchange::expect() {
  Result<mesh::Message> message = stream_.receive(input_.deadline_ns);
  if (!message.ok()) return std::move(message).error();
  if (auto* wanted = std::get_if<T>(&*message)) return std::move(*wanted);
  if (const auto* refusal = std::get_if<mesh::Refusal>(&*message)) {
    const bool passing = refusal->code == mesh::RefusalCode::kNotReady;
    return Error{
        passing ? ErrorCode::kUnavailable : ErrorCode::kPermission,
        "the peer refused: " + std::string(to_string(refusal->code)) + ": " + refusal->text};
  }
  return refuse(mesh::RefusalCode::kProtocol, "unexpected " + std::string(name_of(*message)));
}

Result<Agreement> Exchange::run() {
  using Step = Status (Exchange::*)();
  constexpr Step kSteps[] = {&Exchange::greet, &Exchange::offer, &Exchange::derive,
                             &Exchange::open_inbound, &Exchange::open_outbound};
  for (const Step step : kSteps)
    if (Status done = (this->*step)(); !done.ok()) return std::move(done).error();
  return Agreement{session_, own_.boot_nonce, theirs_.boot_nonce,
                   static_cast<uint32_t>(peer_spis_.size())};
}

Status Exchange::greet() {
  const std::optional<ReadyDataplane> ready = installer_.ready();
  if (!ready)
    return refuse(mesh::RefusalCode::kNotReady, "the dataplane of " + input_.gateway + " is away");
  own_ = *ready;
  const auto hello = [this] {
    return mesh::Hello{input_.gateway, own_.boot_nonce, mesh::Suite::kAes256Gcm,
                       own_.workers,   session_,        input_.sending_spi};
  };
  if (input_.initiator)
    if (Status sent = send(hello()); !sent.ok()) return sent;
  Result<mesh::Hello> theirs = expect<mesh::Hello>();
  if (!theirs.ok()) return std::move(theirs).error();
  if (Status fits = check_greeting(*theirs); !fits.ok()) return fits;
  theirs_ = std::move(*theirs);
  session_ = theirs_.session;
  inbound_.peer_sends_on(theirs_.sending_spi, clock_.now().steady_ns + input_.drain_ns);
  return input_.initiator ? Status{} : send(hello());
}

Status Exchange::check_greeting(const mesh::Hello& theirs) {
  if (theirs.gateway != input_.peer)
    return refuse(mesh::RefusalCode::kWrongPeer, "it says that it is " + theirs.gateway);
  if (theirs.suite != mesh::Suite::kAes256Gcm)
    return refuse(mesh::RefusalCode::kUnsupported, "unknown suite");
  if (input_.initiator && theirs.session != session_)
    return refuse(mesh::RefusalCode::kProtocol, "another session number came back");
  if (size_t{theirs.workers} * own_.workers > mesh::kMaxSpis)
    return refuse(mesh::RefusalCode::kUnsupported, "too many workers on both sides together");
  return {};
}

Status Exchange::offer() {
  Result<std::vector<uint32_t>> spis = installer_.allocate(size_t{theirs_.workers} * own_.workers);
  if (!spis.ok()) return refuse(mesh::RefusalCode::kNotReady, spis.error().sentence);
  own_spis_ = std::move(*spis);
  if (Status sent = send(mesh::Offer{own_spis_}); !sent.ok()) return sent;
  Result<mesh::Offer> theirs = expect<mesh::Offer>();
  if (!theirs.ok()) return std::move(theirs).error();
  return check_offer(*theirs);
}

Status Exchange::check_offer(const mesh::Offer& theirs) {
  if (theirs.spis.size() != own_spis_.size())
    return refuse(mesh::RefusalCode::kProtocol, "wrong number of SPIs");
  std::vector<uint32_t> sorted = theirs.spis;
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) != sorted.end())
    return refuse(mesh::RefusalCode::kProtocol, "an SPI twice");
  peer_spis_ = theirs.spis;
  return {};
}

mesh::Transcript Exchange::transcript() const {
  mesh::Party own{to_string(input_.own_id), input_.own_leaf, own_.boot_nonce, own_.workers};
  mesh::Party peer{to_string(input_.peer_leaf.subject), input_.peer_leaf.digest, theirs_.boot_nonce,
                   theirs_.workers};
  mesh::Transcript transcript;
  transcript.initiator = input_.initiator ? own : peer;
  transcript.responder = input_.initiator ? peer : own;
  transcript.session = session_;
  return transcript;
}

// The peer's Hello and Offer were read, so its Finished (and with it the client's certificate) is
// verified on both sides.
Status Exchange::derive() {
  KeySchedule::Secret secret{};
  Status exported = KeySchedule::export_secret(stream_.ssl(), transcript(), secret);
  if (exported.ok()) keys_.emplace(secret);
  secure_wipe(secret.data(), secret.size());
  return exported;
}

Status Exchange::open_inbound() {
  ipc::InstallInbound install{input_.peer, std::vector<ipc::InboundLane>(own_spis_.size())};
  for (uint32_t index = 0; index < own_spis_.size(); ++index) {
    ipc::InboundLane& lane = install.lanes[index];
    lane.spi = own_spis_[index];
    lane.receive_worker = static_cast<uint16_t>(index % own_.workers);
    if (Status made = keys_->lane(sending(!input_.initiator), index, lane.keys); !made.ok())
      return made;
  }
  Status installed = installer_.install(std::move(install));
  if (!installed.ok()) {
    (void)installer_.remove(input_.peer, own_spis_);  // gives the numbers back
    return refuse(mesh::RefusalCode::kNotReady, installed.error().sentence);
  }
  inbound_.add(own_spis_, clock_.now().steady_ns);
  return send(mesh::Ready{});
}

Status Exchange::open_outbound() {
  if (Result<mesh::Ready> ready = expect<mesh::Ready>(); !ready.ok())
    return std::move(ready).error();
  ipc::InstallOutbound install{input_.peer, theirs_.workers,
                               std::vector<ipc::OutboundLane>(peer_spis_.size())};
  for (uint32_t index = 0; index < peer_spis_.size(); ++index) {
    ipc::OutboundLane& lane = install.lanes[index];
    lane.spi = peer_spis_[index];
    lane.send_worker = static_cast<uint16_t>(index / theirs_.workers);
    lane.receive_worker = static_cast<uint16_t>(index % theirs_.workers);
    lane.source_port = static_cast<uint16_t>(kFirstSourcePort + index);
    if (Status made = keys_->lane(sending(input_.initiator), index, lane.keys); !made.ok())
      return made;
  }
  keys_.reset();
  Status installed = installer_.install(std::move(install));
  if (installed.ok())
    switched_to_ = peer_spis_.front();
  else if (installed.error().code == ErrorCode::kUnavailable)
    switched_to_ = 0;
  if (!installed.ok()) return refuse(mesh::RefusalCode::kNotReady, installed.error().sentence);
  const std::optional<ReadyDataplane> now = installer_.ready();
  if (!now || now->boot_nonce != own_.boot_nonce)
    return refuse(mesh::RefusalCode::kNotReady,
                  "the dataplane of " + input_.gateway + " restarted");
  if (Status sent = send(mesh::Switched{}); !sent.ok()) return sent;
  if (Result<mesh::Switched> switched = expect<mesh::Switched>(); !switched.ok())
    return std::move(switched).error();
  inbound_.confirm_newest(clock_.now().steady_ns + input_.drain_ns);
  return {};
}

}  // namespace bulkhead::control
