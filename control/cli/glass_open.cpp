// SPDX-License-Identifier: Apache-2.0
// break-glass open, close.
#include <fmt/format.h>

#include <iostream>

#include "break_glass/codec.h"
#include "cli/glass_commands.h"
#include "cli/glass_file.h"
#include "ipc/socket.h"
#include "policy/time_text.h"

namespace bulkhead::cli {

namespace {

constexpr std::chrono::milliseconds kPatience{10'000};

int fail(const Error& error) {
  std::cerr << "bulkhead break-glass: " << error.sentence << "\n";
  return error.code == ErrorCode::kUnavailable ? kUnreachable : kRefused;
}

// One question to the dataplane, in control's place: it takes one caller at a time.
Result<ipc::Body> ask(const std::string& socket, ipc::Body question) {
  auto connection = ipc::Connection::connect(socket, kPatience);
  if (!connection) return std::move(connection).error();
  const auto greeting = connection->receive(kPatience);
  if (!greeting) return greeting.error();
  const auto silent = Error{ErrorCode::kUnavailable, socket + ": the dataplane does not answer"};
  if (!greeting->has_value()) return silent;
  const ipc::Body& greeted = (*greeting)->message.body;
  if (const auto* busy = std::get_if<ipc::Failure>(&greeted))
    return Error{ErrorCode::kConflict, busy->error.sentence + ": leave --dataplane out"};
  const auto* hello = std::get_if<ipc::Hello>(&greeted);
  if (hello == nullptr || hello->protocol_version != ipc::kProtocolVersion)
    return Error{ErrorCode::kUnsupported, "the dataplane is of another release than this command"};
  if (Status sent = connection->send({1, std::move(question)}, kPatience); !sent)
    return std::move(sent).error();
  auto answer = connection->receive(kPatience);
  if (!answer) return std::move(answer).error();
  if (!answer->has_value()) return silent;
  ipc::Body& body = (*answer)->message.body;
  if (auto* refused = std::get_if<ipc::Failure>(&body)) return std::move(refused->error);
  return std::move(body);
}

int print(const Session& session, const v1::OpenBreakGlassResponse& opened) {
  if (session.json) {
    print_json(opened);
    return kOk;
  }
  std::cout << fmt::format("{} '{}' until {}, by {}", paint(Colour::kRed, "OPEN"), opened.grant(),
                           local_time(opened.until().seconds(), 0, TimeStyle::kDate),
                           opened.approvers());
  std::cout << (opened.publish_ns() == 0
                    ? " (it was open already)\n"
                    : fmt::format(": every worker obeys, {} after publication\n",
                                  duration(opened.publish_ns())));
  return kOk;
}

int open_directly(const Session& session, const std::string& socket,
                  const std::vector<uint8_t>& request) {
  const auto answer = ask(socket, ipc::OpenBreakGlass{{request.begin(), request.end()}});
  if (!answer) return fail(answer.error());
  const auto* opened = std::get_if<ipc::BreakGlassOpened>(&*answer);
  if (opened == nullptr) return fail({ErrorCode::kInternal, "the dataplane gave another answer"});
  v1::OpenBreakGlassResponse out;
  out.set_grant(opened->grant);
  out.mutable_until()->set_seconds(opened->until_wall_ns / 1'000'000'000);
  out.set_approvers(opened->approvers);
  out.set_publish_ns(opened->publish_ns);
  return print(session, out);
}

int say_how_without_control(const CallError& error) {
  const int status = report(error);
  if (error.unreachable)
    std::cerr << "hint: control is gone; the dataplane takes it itself: --dataplane "
                 "/run/bulkhead/dataplane.sock\n";
  return status;
}

}  // namespace

int run_glass_open(const Session& session, const GlassArguments& arguments) {
  const auto request = read_glass(arguments.file);
  if (!request) return fail(request.error());
  const auto bytes = break_glass::encode(*request);
  if (!bytes) return fail(bytes.error());
  if (!arguments.dataplane.empty()) return open_directly(session, arguments.dataplane, *bytes);
  v1::OpenBreakGlassRequest message;
  message.set_request(bytes->data(), bytes->size());
  const auto answer = ApiClient(session.place).open_break_glass(message);
  if (const auto* error = std::get_if<CallError>(&answer)) return say_how_without_control(*error);
  return print(session, std::get<v1::OpenBreakGlassResponse>(answer));
}

int run_glass_close(const Session& session, const GlassArguments& arguments) {
  if (!arguments.dataplane.empty()) {
    const auto answer = ask(arguments.dataplane, ipc::CloseBreakGlass{arguments.grant});
    if (!answer) return fail(answer.error());
  } else {
    v1::CloseBreakGlassRequest message;
    message.set_grant(arguments.grant);
    const auto answer = ApiClient(session.place).close_break_glass(message);
    if (const auto* error = std::get_if<CallError>(&answer)) return say_how_without_control(*error);
  }
  if (session.json)
    print_json(v1::CloseBreakGlassResponse());
  else
    std::cout << "closed '" << arguments.grant << "': every worker obeys\n";
  return kOk;
}

}  // namespace bulkhead::cli
