// SPDX-License-Identifier: Apache-2.0
// bulkhead-control: reads its start-up file, wires the parts together, waits for a signal.
#include <pthread.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "base/private_memory.h"
#include "capture/capture_recorder.h"
#include "enroll/pki_desk.h"
#include "events/learn_recorder.h"
#include "events/telemetry_reader.h"
#include "events/trace_desk.h"
#include "fleet/open_fleet.h"
#include "mesh/key_agreement.h"
#include "mesh/revocation.h"
#include "pdp/confirm_watch.h"
#include "pdp/glass_watch.h"
#include "process_lock.h"
#include "push/unix_dataplane_link.h"
#include "server/api_server.h"
#include "server/caller_chain.h"

namespace {

using namespace bulkhead;  // NOLINT: main is the one place that joins the rooms

struct Arguments {
  std::string config = "/etc/bulkhead/control.yaml";
  std::string log_level = "info";
  bool check = false;
};

int fail(const Error& error) {
  std::cerr << "bulkhead-control: " << error.sentence << "\n";
  return 1;
}

// Blocked in all threads, so that only wait_for_signal() sees them.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return set;
}

control::MeshAccess mesh_access(control::KeyAgreement& keys, control::Revoker& revoker) {
  return {
      .peers = [&keys] { return keys.peers(); },
      .configured = [&keys] { return keys.configured(); },
      .rekey = [&keys](const std::string& peer) { return keys.rekey(peer); },
      .add_peer = [&keys](control::PeerConfig peer) { return keys.add_peer(std::move(peer)); },
      .remove_peer = [&keys](const std::string& peer) { return keys.remove_peer(peer); },
      .revoke = [&revoker](const std::string& gateway,
                           const std::string& reason) { return revoker.revoke(gateway, reason); },
      .apply_record = [&revoker](std::span<const uint8_t> record) { return revoker.apply(record); },
      .denied = [&revoker] { return revoker.denied(); },
      .own_denial = [&keys] { return keys.own_denial(); },
      .check_caller =
          [&keys](std::string_view chain) {
            return control::check_caller_chain(keys.trust(), chain);
          },
  };
}

// Until a signal to stop. SIGHUP: the credentials are read again.
int await_stop(const sigset_t& signals, control::KeyAgreement& keys) {
  for (;;) {
    int received = 0;
    sigwait(&signals, &received);
    if (received != SIGHUP) return received;
    if (Status reloaded = keys.reload_credentials(); reloaded)
      spdlog::info("credentials were read again; fresh keys with every peer follow");
    else
      spdlog::error("credentials: {}", reloaded.error().sentence);
  }
}

int serve(const control::ControlConfig& config, const sigset_t& signals) {
  if (Status hidden = keep_memory_private(); !hidden) spdlog::warn("{}", hidden.error().sentence);
  const SystemClock clock;
  auto lock = control::lock_process(config.store);
  if (!lock) return fail(lock.error());
  auto key = control::SigningKey::load(config.image_signing_key);
  if (!key) return fail(key.error());
  auto store = control::VersionStore::open(config.store);
  if (!store) return fail(store.error());

  control::UnixDataplaneLink link(config.dataplane_socket, config.gateway);
  auto audit = control::AuditLog::open(config.store, [&key](std::span<const uint8_t> message) {
    return key->sign_message(message);
  });
  if (!audit) return fail(audit.error());
  control::PolicyAdministrator policies(config.gateway, *key, **store, **audit, link, clock);
  auto orders = control::OrderStore::open(config.store);
  if (!orders) return fail(orders.error());
  control::OverlayAdministrator overlays(
      config.gateway, *key, **orders, link, clock,
      [&policies](uint64_t generation) { return policies.recent().find(generation); });
  policies.around_images(
      {.before = [&](uint64_t generation) { return overlays.before_image(generation); },
       .after = [&](uint64_t generation,
                    bool installed) { overlays.after_image(generation, installed); }});
  control::GlassWatch glass(link, **audit, clock);
  auto proposed = control::ProposalStore::open(config.store);
  if (!proposed) return fail(proposed.error());
  control::ProposalDesk proposals(config.approval, **proposed, **audit, clock);
  control::EventHub events;
  auto evidence = control::EvidenceStore::open(config.store, clock.now().wall_ns);
  if (!evidence) return fail(evidence.error());
  auto recorder = control::LearnRecorder::start(events, **evidence);
  if (!recorder) return fail(recorder.error());
  std::unique_ptr<control::CaptureRecorder> capture;
  if (config.evidence) {
    auto started = control::CaptureRecorder::start(events, *config.evidence, config.gateway);
    if (!started) return fail(started.error());
    capture = std::move(*started);
  }
  control::TelemetryReader telemetry(policies.recent(), events, clock);
  control::TraceDesk traces(link);
  telemetry.on_trace([&traces](const telemetry::TraceRecord& step) { traces.take(step); });
  control::Explainer explainer(policies, events, clock);
  explainer.obey([&overlays] { return overlays.ordered(); });

  link.add_listener([&](const ipc::Hello&, int telemetry_fd) {
    if (Status attached = telemetry.attach(telemetry_fd); !attached)
      spdlog::error("events and counters: {}", attached.error().sentence);
  });
  link.add_listener([&](const ipc::Hello& hello, int) {
    overlays.on_connected(hello);
    policies.on_connected(hello);
    glass.on_connected();
  });

  if (auto finished = enroll::finish_replacement(enroll::paths_of(config)); !finished)
    return fail(finished.error());
  auto trust = trust::Trust::open({{config.certificate, config.private_key, {config.trust_anchors}},
                                   config.pki.grace,
                                   config.store},
                                  clock);
  if (!trust) return fail(trust.error());
  (*trust)->alarms().on_alarm([](const trust::Alarm& alarm) {
    spdlog::warn("{}: {}: {}", to_string(alarm.kind), alarm.subject, alarm.sentence);
  });
  auto fleet = control::open_fleet(config, {policies, overlays, link, **trust, clock});
  if (!fleet) return fail(fleet.error());
  auto peers = control::PeerStore::open(config.store);
  if (!peers) return fail(peers.error());
  control::KeyAgreement keys(config, link, clock, {}, {trust->get(), peers->get()});
  control::Revoker revoker(keys, config);
  auto pki =
      enroll::PkiDesk::open(config, **trust, clock, [&keys] { return keys.reload_credentials(); });
  if (!pki) return fail(pki.error());

  std::atomic<bool> stopping = false;
  control::Parts parts{
      .config = config,
      .policies = policies,
      .explainer = explainer,
      .events = events,
      .telemetry = telemetry,
      .link = link,
      .mesh = mesh_access(keys, revoker),
      .pki = pki->get(),
      .overlays = &overlays,
      .proposals = &proposals,
      .evidence = evidence->get(),
      .recorder = recorder->get(),
      .capture = capture.get(),
      .traces = &traces,
      .fleet = *fleet ? &(*fleet)->member : nullptr,
      .clock = clock,
      .started_wall_ns = clock.now().wall_ns,
      .stopping = [&stopping] { return stopping.load(std::memory_order_relaxed); }};
  // Before the API: revoking wants the peers of the store.
  if (Status listening = keys.start(); !listening) return fail(listening.error());
  auto server = control::ApiServer::start(parts);
  if (!server) return fail(server.error());
  if (Status listening = (*pki)->start(); !listening) return fail(listening.error());
  telemetry.start();
  control::ConfirmWatch confirm_watch(policies);  // before the link: what is overdue is put back
  link.start();
  if (*fleet) (*fleet)->member.start();
  spdlog::info("gateway {}: API at {}", config.gateway, config.api_socket);

  const int received = await_stop(signals, keys);
  spdlog::info("signal {}: stopping; the dataplane goes on", received);
  stopping.store(true, std::memory_order_relaxed);
  (*server)->stop();
  (*pki)->stop();
  keys.stop();
  if (*fleet) (*fleet)->member.stop();
  link.stop();
  telemetry.stop();
  return 0;
}

int check(const control::ControlConfig& config) {
  auto key = control::SigningKey::load(config.image_signing_key);
  if (!key) return fail(key.error());
  std::cout << "gateway " << config.gateway << ": configuration is good, " << config.peers.size()
            << " peers\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{"The control process of a Bulkhead gateway: API, policy, keys, telemetry."};
  app.add_option("--config", arguments.config, "Start-up file")->capture_default_str();
  app.add_flag("--check", arguments.check, "Check the start-up file and leave");
  app.add_option("--log-level", arguments.log_level, "What to log to standard error")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
      ->capture_default_str();
  app.set_version_flag("--version", "bulkhead-control " BULKHEAD_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  spdlog::set_default_logger(spdlog::stderr_color_mt("control"));
  spdlog::set_level(spdlog::level::from_str(arguments.log_level));
  auto config = control::load_config(arguments.config);
  if (!config) return fail(config.error());
  if (arguments.check) return check(*config);
  return serve(*config, block_signals());
}
