// SPDX-License-Identifier: Apache-2.0
#include "mesh_fixture.h"

#include <openssl/rand.h>
#include <stdlib.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <stdexcept>

#include "pki/certificate.h"
#include "pki/key.h"

namespace bulkhead::control {

void EventLog::add(const std::string& event) {
  const std::scoped_lock lock(mutex_);
  events_.push_back(event);
}

std::vector<std::string> EventLog::events() const {
  const std::scoped_lock lock(mutex_);
  return events_;
}

void EventLog::clear() {
  const std::scoped_lock lock(mutex_);
  events_.clear();
}

void RecordingDataplane::start(uint32_t workers) {
  {
    const std::scoped_lock lock(mutex_);
    inbound_.clear();
    outbound_.clear();
    last_hello_ = ipc::Hello{};
    last_hello_.gateway = gateway_;
    last_hello_.workers = workers;
    RAND_bytes(last_hello_.boot_nonce.data(), static_cast<int>(last_hello_.boot_nonce.size()));
    hello_ = last_hello_;
  }
  call_listeners();
}

void RecordingDataplane::disconnect() {
  const std::scoped_lock lock(mutex_);
  hello_.reset();
}

void RecordingDataplane::reconnect() {
  {
    const std::scoped_lock lock(mutex_);
    hello_ = last_hello_;
  }
  call_listeners();
}

void RecordingDataplane::call_listeners() {
  for (const Listener& listener : listeners_) listener(last_hello_, -1);
}

void RecordingDataplane::refuse(std::string question) {
  const std::scoped_lock lock(mutex_);
  refuse_ = std::move(question);
}

Result<ipc::Body> RecordingDataplane::ask(ipc::Body question, int) {
  const std::scoped_lock lock(mutex_);
  if (!hello_) return Error{ErrorCode::kUnavailable, "not connected"};
  ipc::Body reply = std::visit([this](auto& m) { return answer(m); }, question);
  if (auto* failure = std::get_if<ipc::Failure>(&reply)) return failure->error;
  return reply;
}

std::optional<ipc::Hello> RecordingDataplane::connected() const {
  const std::scoped_lock lock(mutex_);
  return hello_;
}

bool RecordingDataplane::refused(const std::string& question) {
  log_.add(gateway_ + " " + question + (refuse_ == question ? " refused" : ""));
  return refuse_ == question;
}

ipc::Body RecordingDataplane::answer(ipc::SetPeers& m) {
  peers_ = m;
  const auto gone = [&](const auto& entry) {
    return std::ranges::none_of(m.peers, [&](const auto& p) { return p.name == entry.first; });
  };
  std::erase_if(inbound_, gone);
  std::erase_if(outbound_, gone);
  return ipc::Ok{};
}

ipc::Body RecordingDataplane::answer(ipc::AllocateSpis& m) {
  ipc::Spis spis;
  for (uint32_t i = 0; i < m.count; ++i) spis.spis.push_back(next_spi_++);
  return spis;
}

ipc::Body RecordingDataplane::answer(ipc::InstallInbound& m) {
  if (refused("inbound")) return ipc::Failure{{ErrorCode::kInternal, "told to refuse"}};
  for (const ipc::InboundLane& lane : m.lanes) inbound_[m.peer][lane.spi] = lane;
  return ipc::Ok{};
}

ipc::Body RecordingDataplane::answer(ipc::InstallOutbound& m) {
  if (refused("outbound")) return ipc::Failure{{ErrorCode::kInternal, "told to refuse"}};
  outbound_[m.peer] = m.lanes;
  return ipc::Ok{};
}

ipc::Body RecordingDataplane::answer(ipc::RemoveInbound& m) {
  if (m.spis.empty()) ++sweeps_;
  if (!m.spis.empty()) log_.add(gateway_ + " remove");
  for (const uint32_t spi : m.spis) inbound_[m.peer].erase(spi);
  return ipc::Ok{};
}

ipc::Body RecordingDataplane::answer(ipc::DropLanes& m) {
  if (refused("drop")) return ipc::Failure{{ErrorCode::kInternal, "told to refuse"}};
  inbound_.erase(m.peer);
  outbound_.erase(m.peer);
  return ipc::Ok{};
}

ipc::Body RecordingDataplane::answer(ipc::GetStatus&) {
  return ipc::DataplaneStatus{};
}

std::map<uint32_t, ipc::InboundLane> RecordingDataplane::inbound(const std::string& peer) const {
  const std::scoped_lock lock(mutex_);
  std::map<uint32_t, ipc::InboundLane> lanes;
  for (const auto& [name, of_peer] : inbound_)
    if (peer.empty() || name == peer) lanes.insert(of_peer.begin(), of_peer.end());
  return lanes;
}

std::vector<ipc::OutboundLane> RecordingDataplane::outbound(const std::string& peer) const {
  const std::scoped_lock lock(mutex_);
  std::vector<ipc::OutboundLane> lanes;
  for (const auto& [name, of_peer] : outbound_)
    if (peer.empty() || name == peer) lanes.insert(lanes.end(), of_peer.begin(), of_peer.end());
  return lanes;
}

ipc::SetPeers RecordingDataplane::set_peers() const {
  const std::scoped_lock lock(mutex_);
  return peers_;
}

std::vector<std::string> RecordingDataplane::known_peers() const {
  std::vector<std::string> names;
  for (const ipc::Peer& peer : set_peers().peers) names.push_back(peer.name);
  return names;
}

namespace {

// In a fixture an error is a broken test.
template <typename T>
T must(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().sentence);
  return std::move(result).value();
}
void must(const Status& status) {
  if (!status.ok()) throw std::runtime_error(status.error().sentence);
}

}  // namespace

TestPki::TestPki(const std::string& trust_domain) {
  char name[] = "/tmp/bulkhead-mesh-XXXXXX";
  directory_ = ::mkdtemp(name);
  authority_ = std::make_unique<pki::Authority>(
      must(pki::Authority::open_or_create(directory_ + "/pki", trust_domain, std::time(nullptr))));
  must(authority_->write_anchors(anchors()));
}

TestPki::~TestPki() {
  std::filesystem::remove_all(directory_);
}

std::string TestPki::issue(const identity::SpiffeId& id, pki::CertificateUse use, int64_t from,
                           int64_t to) {
  const std::time_t now = std::time(nullptr);
  const pki::Leaf leaf = must(authority_->issue_leaf(use, id, now + from, now + to));
  const std::string stem = directory_ + "/" + id.name + std::to_string(issued_++);
  must(authority_->write_chain(stem + ".pem", leaf.certificate.get()));
  must(pki::write_private_key(stem + ".key", leaf.key.get()));
  return stem;
}

std::vector<uint8_t> TestPki::deny(const std::string& stem, uint64_t number, bool by_key) {
  const auto key = must(pki::read_private_key(directory_ + "/pki/issuing-ca.key"));
  const auto signers = must(pki::read_certificates(directory_ + "/pki/issuing-ca.pem"));
  const auto leaf = must(pki::read_certificates(stem + ".pem"));
  trust::DenyRecord record;
  record.number = number;
  record.issued_at = std::time(nullptr);
  record.reason = "test";
  if (by_key)
    record.target = trust::subject_key_of(leaf.front().get());
  else
    record.target = must(trust::issuer_serial_of(leaf.front().get(), signers.front().get()));
  return must(trust::make_deny_record(key.get(), {signers.front().get()}, record));
}

std::vector<uint8_t> TestPki::deny_authority(uint64_t number) {
  const auto key = must(pki::read_private_key(directory_ + "/pki/owner-root.key"));
  const auto root = must(pki::read_certificates(directory_ + "/pki/owner-root.pem"));
  const auto issuing = must(pki::read_certificates(directory_ + "/pki/issuing-ca.pem"));
  trust::DenyRecord record;
  record.number = number;
  record.issued_at = std::time(nullptr);
  record.target = trust::subject_key_of(issuing.front().get());
  return must(trust::make_deny_record(key.get(), {root.front().get()}, record));
}

MeshTuning fast_tuning() {
  MeshTuning tuning;
  tuning.handshake_ns = 5 * kSecond;
  tuning.keepalive_ns = 100 * kMillisecond;
  tuning.retry_min_ns = 20 * kMillisecond;
  tuning.retry_away_ns = 50 * kMillisecond;
  tuning.retry_refused_ns = 50 * kMillisecond;
  tuning.request_again_ns = 200 * kMillisecond;
  tuning.retry_cut_ns = 100 * kMillisecond;
  tuning.reload_spread_ns = 50 * kMillisecond;
  tuning.bucket_burst = 1000;
  tuning.bucket_per_second = 1000;
  return tuning;
}

IpAddress loopback(uint32_t n) {
  return IpAddress::v4(0x7f000000 + n);
}

PeerConfig peer_at(const std::string& name, uint32_t address, uint16_t port) {
  return {name, {{{loopback(address), 4500}, {loopback(address), port}, {}}}, false, {}};
}

namespace {

ControlConfig config_of(const GatewaySpec& spec) {
  ControlConfig config;
  config.gateway = spec.name;
  config.certificate = spec.credentials + ".pem";
  config.private_key = spec.credentials + ".key";
  config.trust_anchors = spec.anchors;
  config.handshake_listen = {{{loopback(spec.address), 0}, {}}};
  for (const uint32_t n : spec.more_addresses)
    config.handshake_listen.push_back({{loopback(n), 0}, {}});
  config.behind_nat = spec.behind_nat;
  config.pki.grace = spec.grace;
  config.store = spec.credentials + "-" + spec.name + ".db";
  config.peers = spec.peers;
  config.rekey_interval_s = spec.rekey_interval_s;
  config.drain_s = spec.drain_s;
  return config;
}

}  // namespace

Gateway::Gateway(const GatewaySpec& wanted, EventLog& log)
    : spec(wanted),
      dataplane(spec.name, log),
      keys(std::make_unique<KeyAgreement>(config_of(spec), dataplane, clock, spec.tuning)),
      started(keys->start()) {}

Gateway::~Gateway() {
  if (keys) keys->stop();
}

PeerState Gateway::peer(const std::string& name) const {
  for (const PeerState& state : keys->peers())
    if (state.name == name) return state;
  return {};
}

void Gateway::restart_control() {
  keys->stop();
  const uint16_t port = keys->listening().port;
  keys.reset();
  start_control(port);
}

void Gateway::start_control(uint16_t port) {
  ControlConfig config = config_of(spec);
  for (ListenConfig& own : config.handshake_listen) own.endpoint.port = port;
  dataplane.disconnect();
  dataplane.forget_listeners();
  keys = std::make_unique<KeyAgreement>(config, dataplane, clock, spec.tuning);
  started = keys->start();
  dataplane.reconnect();
}

Pair::Pair(MeshTuning tuning, uint32_t rekey_interval_s) {
  GatewaySpec spec{
      "gw-b", 2,     pki.gateway("gw-b"), pki.anchors(), {peer_at("gw-a", 1, 1)}, rekey_interval_s,
      0,      tuning};
  b = std::make_unique<Gateway>(spec, log);
  must(b->started);
  spec.name = "gw-a";
  spec.address = 1;
  spec.credentials = pki.gateway("gw-a");
  spec.peers = {peer_at("gw-b", 2, b->keys->listening().port)};
  a = std::make_unique<Gateway>(spec, log);
  must(a->started);
}

void Pair::start_dataplanes(uint32_t workers_a, uint32_t workers_b) {
  b->dataplane.start(workers_b);
  a->dataplane.start(workers_a);
}

bool Pair::settled(uint64_t sessions) const {
  const PeerState at_a = a->peer();
  const PeerState at_b = b->peer();
  return at_a.phase == PeerPhase::kUp && at_b.phase == PeerPhase::kUp &&
         at_a.sessions >= sessions && at_b.sessions >= sessions && at_a.session == at_b.session &&
         a->dataplane.inbound().size() == b->dataplane.outbound().size() &&
         b->dataplane.inbound().size() == a->dataplane.outbound().size();
}

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

bool lanes_match(const Gateway& from, const Gateway& to) {
  const auto inbound = to.dataplane.inbound(from.spec.name);
  const auto outbound = from.dataplane.outbound(to.spec.name);
  for (const ipc::OutboundLane& lane : outbound) {
    const auto found = inbound.find(lane.spi);
    if (found == inbound.end() || found->second.receive_worker != lane.receive_worker) return false;
    if (found->second.keys.key != lane.keys.key || found->second.keys.salt != lane.keys.salt)
      return false;
  }
  return !outbound.empty();
}

}  // namespace bulkhead::control
